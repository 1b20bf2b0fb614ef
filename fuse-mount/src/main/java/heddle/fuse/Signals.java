package heddle.fuse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Handles signals in place of the JVM, which would end with 130 or 143 however cleanly. The class
 * for it, {@code sun.misc.Signal}, is supported (module jdk.unsupported) but javac warns of it in a
 * way that cannot be turned off, hence by reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Calls {@code handler} on a thread of its own at every signal {@code name} ({@code TERM}, {@code
   * INT}). A signal that the process was started to ignore stays ignored.
   */
  static void handle(String name, Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                  return null;
                }
                return method.invoke(handler, arguments); // equals, hashCode, toString
              });
      signal
          .getMethod("handle", signal, handlerType)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("signal " + name + " cannot be handled", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM does not let a program handle signals", e);
    }
  }
}
