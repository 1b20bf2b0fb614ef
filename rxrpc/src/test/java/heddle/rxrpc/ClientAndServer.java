package heddle.rxrpc;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Two endpoints on loopback for each test, a service on one and a connection to it on the other.
 */
abstract class ClientAndServer {
  static final int SERVICE = 7;

  private final EndpointConfig config;
  Endpoint server;
  Endpoint client;
  Service service;
  Connection connection;

  ClientAndServer(EndpointConfig config) {
    this.config = config;
  }

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(config);
    client = Endpoint.open(config);
    service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    connection = client.connect(server.localAddress(), SERVICE, Security.none());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }
}
