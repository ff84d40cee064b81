package unfold.plot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;
import unfold.cell.Cell;
import unfold.cell.Diagram;
import unfold.net.NetworkDiagram;

/**
 * The notebook that runs this program: a Java kernel, JJava or IJava, reached by reflection alone.
 *
 * <p>Outside a kernel all methods do nothing. MIME data is text, or for JSON a tree of maps, lists and
 * numbers, with null for what is not finite.
 */
public final class Notebook {
  /** Class and method that give the running kernel. */
  private static final List<String[]> KERNELS = List.of(
      new String[] {"org.dflib.jjava.jupyter.kernel.BaseKernel", "notebookKernel"},
      new String[] {"io.github.spencerpark.ijava.IJava", "getKernelInstance"});

  private static final String SOURCES = "unfold.sources";
  private static final String SHELL_DIED = "The kernel cannot go on: ";

  private Notebook() {}

  /**
   * Makes the kernel show figures, tables, drawings, formulas and cells (as their equations), as the last
   * value of a cell and by {@code display(x)}, and the library's Javadoc on Shift-Tab.
   *
   * <p>Called by the start-up script, so it never throws: a kernel that cannot be reached shows plain text.
   *
   * @return whether a kernel took the renderers
   */
  public static boolean install() {
    try {
      stopWithoutShell();
      javadoc();
      return renderer(Figure.class, Notebook::figure)
          && renderer(Table.class, table -> table(TableView.of(table)))
          && renderer(TableView.class, Notebook::table)
          && renderer(Svg.class, svg -> svg(svg.text(), svg.toString()))
          && renderer(Diagram.class, diagram -> svg(diagram.svg(), "data flow of " + diagram.cell().name()))
          && renderer(NetworkDiagram.class, diagram -> svg(diagram.svg(), "network of " + diagram))
          && renderer(Latex.class, latex -> latex(latex.text(), latex.toString()))
          && renderer(Cell.class, cell -> latex(Latex.of(cell.latex()).text(), cell.text()));
    } catch (RuntimeException | LinkageError e) {
      System.err.println("Figures and tables show as plain text: " + e);
      return false;
    }
  }

  /**
   * Ends the program when a thread that runs cells dies, as of a fault in JShell's compiler. Else the kernel
   * would seem to work on that cell for ever; so Jupyter sees that it is gone and starts it again.
   */
  private static void stopWithoutShell() {
    if (!isRunning()) {
      return;
    }
    Thread.UncaughtExceptionHandler other = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, exception) -> {
      if (thread.getName().startsWith("Shell-")) {
        FileOutputStream out = new FileOutputStream(FileDescriptor.err);
        PrintStream log = new PrintStream(out, true, StandardCharsets.UTF_8);
        log.println(SHELL_DIED + exception);
        exception.printStackTrace(log);
        Runtime.getRuntime().halt(1);
      } else if (other != null) {
        other.uncaughtException(thread, exception);
      } else {
        exception.printStackTrace();
      }
    });
  }

  /**
   * Adds the sources that the system property {@value #SOURCES} names to those where JShell looks for
   * Javadoc: it knows the JDK's alone and offers no way to add others. Without the property, or the right to
   * do so, nothing happens.
   */
  private static void javadoc() {
    String folder = System.getProperty(SOURCES);
    Object kernel = kernel();
    if (folder == null || kernel == null || !Files.isDirectory(Path.of(folder))) {
      return;
    }
    try {
      Object analysis = call(call(kernel, "getJShell"), "sourceCodeAnalysis");
      Method find = analysis.getClass().getDeclaredMethod("findSources");
      Field field = analysis.getClass().getDeclaredField("availableSources");
      find.setAccessible(true);
      field.setAccessible(true);
      List<Object> sources = new ArrayList<>((List<?>) find.invoke(analysis));
      sources.add(0, Path.of(folder));
      field.set(analysis, sources);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return;  // Signatures still show.
    }
  }

  private static Map<String, ?> figure(Figure figure) {
    Map<String, Object> json = PlotlyJson.of(figure);
    int traces = ((List<?>) json.get("data")).size();
    String text = "figure" + (traces == 1 ? "" : " of " + traces + " traces");
    return Map.of(PlotlyJson.MIME, json, "text/plain", text);
  }

  private static Map<String, ?> svg(String svg, String text) {
    return Map.of("image/svg+xml", svg, "text/plain", text);
  }

  private static Map<String, ?> latex(String latex, String text) {
    return Map.of("text/latex", latex, "text/plain", text);
  }

  private static Map<String, ?> table(TableView view) {
    return Map.of("text/html", view.html(), "text/plain", view.toString());
  }

  /** Returns whether a Java kernel runs this program. */
  public static boolean isRunning() {
    return kernel() != null;
  }

  /**
   * Shows MIME data below the running cell.
   *
   * @return the id for {@link #update}
   */
  public static String display(Map<String, ?> data) {
    String id = UUID.randomUUID().toString();
    Object kernel = kernel();
    if (kernel != null) {
      Object stream = stream(kernel);
      call(stream, "display", displayData(stream, data, id));
    }
    return id;
  }

  /** Replaces what {@link #display} showed. */
  public static void update(String id, Map<String, ?> data) {
    Object kernel = kernel();
    if (kernel != null) {
      Object stream = stream(kernel);
      call(stream, "updateDisplay", id, displayData(stream, data, id));
    }
  }

  /**
   * Clears what the running cell has shown.
   *
   * @param waitForNext whether to wait until there is something new, so that nothing flickers
   */
  public static void clear(boolean waitForNext) {
    Object kernel = kernel();
    if (kernel == null) {
      return;
    }
    try {
      // Neither kernel offers this, but both have the message.
      Object stream = stream(kernel);
      Field field = stream.getClass().getDeclaredField("env");
      field.setAccessible(true);
      Object environment = field.get(stream);
      if (environment == null) {
        return;
      }
      String root = stream.getClass().getPackageName().replaceAll("\\.kernel$", "");
      Class<?> message = Class.forName(root + ".messages.publish.PublishClearOutput", true,
          stream.getClass().getClassLoader());
      call(environment, "publish", message.getField(waitForNext ? "BEFORE_NEXT_OUTPUT" : "NOW").get(null));
    } catch (ReflectiveOperationException e) {
      throw unreachable(e);
    }
  }

  /**
   * Makes the kernel show all objects of a type as MIME data.
   *
   * @return whether a kernel runs
   */
  public static <T> boolean renderer(Class<T> type, Function<? super T, Map<String, ?>> toData) {
    Object kernel = kernel();
    if (kernel == null) {
      return false;
    }
    Object registration = call(call(kernel, "getRenderer"), "createRegistration", type);
    for (Method method : registration.getClass().getMethods()) {
      if (!method.getName().equals("register") || method.getParameterCount() != 1) {
        continue;
      }
      Class<?> function = method.getParameterTypes()[0];
      Object proxy = Proxy.newProxyInstance(function.getClassLoader(), new Class<?>[] {function},
          (self, called, arguments) -> {
            switch (called.getName()) {
              case "hashCode": return System.identityHashCode(self);
              case "equals": return self == arguments[0];
              case "toString": return "renderer of " + type.getName();
              default:
                Object container = call(arguments[1], "getOutputContainer");
                toData.apply(type.cast(arguments[0]))
                    .forEach((mime, value) -> call(container, "putData", mime, value));
                return null;
            }
          });
      call(registration, "register", proxy);
      return true;
    }
    return false;
  }

  private static Object kernel() {
    ClassLoader[] loaders = {Thread.currentThread().getContextClassLoader(), Notebook.class.getClassLoader(),
        ClassLoader.getSystemClassLoader()};
    for (String[] kernel : KERNELS) {
      for (ClassLoader loader : loaders) {
        try {
          Object running = Class.forName(kernel[0], true, loader).getMethod(kernel[1]).invoke(null);
          if (running != null) {
            return running;
          }
        } catch (ReflectiveOperationException | LinkageError e) {
          continue;  // Not this kernel, or not this loader.
        }
      }
    }
    return null;
  }

  private static Object stream(Object kernel) {
    Object io = call(kernel, "getIO");
    try {
      return io.getClass().getField("display").get(io);
    } catch (ReflectiveOperationException e) {
      throw unreachable(e);
    }
  }

  private static Object displayData(Object stream, Map<String, ?> data, String id) {
    for (Method method : stream.getClass().getMethods()) {
      if (method.getName().equals("display") && method.getParameterCount() == 1) {
        try {
          Constructor<?> constructor = method.getParameterTypes()[0].getConstructor();
          Object message = constructor.newInstance();
          data.forEach((mime, value) -> call(message, "putData", mime, value));
          call(message, "setDisplayId", id);
          return message;
        } catch (ReflectiveOperationException e) {
          throw unreachable(e);
        }
      }
    }
    throw unreachable(new NoSuchMethodException("display"));
  }

  private static Object call(Object target, String name, Object... arguments) {
    for (Method method : target.getClass().getMethods()) {
      if (method.getName().equals(name) && fits(method.getParameterTypes(), arguments)) {
        try {
          return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          throw unreachable(e.getCause());
        } catch (IllegalAccessException e) {
          throw unreachable(e);
        }
      }
    }
    throw unreachable(new NoSuchMethodException(target.getClass().getName() + "." + name));
  }

  private static boolean fits(Class<?>[] types, Object[] arguments) {
    if (types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }

  private static IllegalStateException unreachable(Throwable cause) {
    return new IllegalStateException("the kernel cannot be reached: " + cause, cause);
  }
}
