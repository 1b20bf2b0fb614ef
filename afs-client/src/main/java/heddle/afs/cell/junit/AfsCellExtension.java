package heddle.afs.cell.junit;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsPath;
import heddle.afs.cell.CellConfig;
import heddle.afs.cell.CellFaults;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts cells when a test asks for one, and closes them; what {@link AfsCell} brings along. */
public final class AfsCellExtension implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(AfsCellExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(EmbeddedCell.class, AfsClient.class, CellFaults.class);

  /** A cell that is closed with the store that it is in. */
  @SuppressWarnings("deprecation") // what replaces it is new in JUnit 5.13
  private record Started(EmbeddedCell cell) implements CloseableResource {
    @Override
    public void close() {
      cell.close();
    }
  }

  /** Makes one; JUnit does. */
  public AfsCellExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    EmbeddedCell cell = cell(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == EmbeddedCell.class) {
      return cell;
    }
    if (type == CellFaults.class) {
      return cell.faults();
    }
    try {
      return cell.client();
    } catch (IOException e) {
      throw new ParameterResolutionException("no client of " + cell, e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Started started = home(context).getStore(NAMESPACE).get(Started.class, Started.class);
    if (started != null) {
      started.cell.faults().clear();
    }
  }

  private static EmbeddedCell cell(ExtensionContext context) {
    return home(context)
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Started.class,
            key -> new Started(start(annotation(annotated(context)).orElseThrow())),
            Started.class)
        .cell;
  }

  /** Returns where the cell is kept: with the test, or with the class. */
  private static ExtensionContext home(ExtensionContext context) {
    ExtensionContext annotated = annotated(context);
    if (annotation(annotated).orElseThrow().life() == AfsCell.Life.CLASS) {
      return annotated;
    }
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "each test has its own cell (or say @AfsCell(life = CLASS)): it is no parameter of"
              + " constructors nor of what is done before and after all tests");
    }
    return context;
  }

  /** Returns the context of the class that has the annotation: the test's, or one around it. */
  private static ExtensionContext annotated(ExtensionContext context) {
    ExtensionContext at = context;
    while (at.getTestMethod().isPresent() || annotation(at).isEmpty()) {
      at =
          at.getParent()
              .orElseThrow(() -> new ExtensionConfigurationException("no class has @AfsCell"));
    }
    return at;
  }

  private static Optional<AfsCell> annotation(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getTestClass(), AfsCell.class);
  }

  private static EmbeddedCell start(AfsCell wanted) {
    AccessRights anyUser =
        AccessRights.parse(wanted.anyUser())
            .orElseThrow(
                () -> new ExtensionConfigurationException("no rights: " + wanted.anyUser()));
    CellConfig config =
        CellConfig.DEFAULT
            .withName(wanted.name())
            .withAnyUser(anyUser)
            .withVolumeQuotaBlocks(wanted.volumeQuotaBlocks());
    try {
      EmbeddedCell cell = EmbeddedCell.start(config);
      try {
        fill(cell, wanted.volumes());
        return cell;
      } catch (IOException | RuntimeException e) {
        cell.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ExtensionConfigurationException("no cell could be started", e);
    }
  }

  private static void fill(EmbeddedCell cell, String... volumes) throws IOException {
    for (String volume : volumes) {
      cell.createVolume(volume);
      AfsPath path = AfsPath.of("/" + cell.name() + "/" + volume);
      cell.client().makeMountPoint(cell.administrator(), path, "#" + volume + ".");
    }
  }
}
