package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The start-up script of the kernel must not be able to fail: JJava dies of one error in it. */
class StartupTest {
  /** What both kernels import before the script. */
  private static final List<String> KERNEL = List.of("java.io", "java.math", "java.net", "java.nio.file",
      "java.util", "java.util.concurrent", "java.util.prefs", "java.util.regex", "java.util.stream");

  private JShell shell;

  @BeforeEach
  void start() {
    shell = JShell.builder().executionEngine("local").build();
    String classPath = System.getProperty("java.class.path");
    shell.addToClasspath(System.getProperty("surefire.test.class.path", classPath));
    // The kernels have a static display(Object).
    run("String display(Object o) { return \"id\"; }");
    KERNEL.forEach(name -> run("import " + name + ".*;"));
  }

  @AfterEach
  void stop() {
    shell.close();
  }

  static String script() throws IOException {
    try (InputStream in = StartupTest.class.getResourceAsStream("/unfold/startup.jsh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String run(String code) {
    String value = null;
    for (String rest = code; !rest.isBlank();) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        // An import that the kernel has made already is overwritten by itself.
        assertTrue(Set.of(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN).contains(event.status()),
            () -> next.source() + shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList());
        assertNull(event.exception(), next.source());
        value = event.value();
      }
      rest = next.remaining();
    }
    return value;
  }

  @Test
  void runsOutsideAKernelToo() throws IOException {
    run(script());
    assertEquals("\"1 x 1\"", run("Chart.of(Draw.line(new double[] {1}, new double[] {2})) instanceof Figure"
        + " ? \"1 x 1\" : \"\""));
  }

  @Test
  void aNotebooksFirstCellsCompile() throws IOException {
    run(script());
    run("Report report = Report.open(\"f1b\");");
    run("Cell cell = Cell.define(\"mine\", (eq, x, h) -> eq.next(h, tanh(eq.affine(\"h\", h, x))));");
    run("Table table = Table.create(DoubleColumn.create(\"x\", 1.0), DoubleColumn.create(\"y\", 2.0));");
    run("Chart chart = Chart.of(Draw.line(table.doubleColumn(\"x\"), table.doubleColumn(\"y\")));");
    run("Layout layout = Layout.builder(\"title\").build(); Figure figure = new Figure(layout,"
        + " ScatterTrace.builder(table.nCol(\"x\"), table.nCol(\"y\")).build());");
    run("Map<String, List<Integer>> map = Stream.of(1, 2).collect(Collectors.groupingBy(i -> \"\" + i));");
    run("Scale scale = Scale.current(); Seed seed = Seed.current(); show(chart);");
    run("Class<?> paths = Paths.class;");
    run("List<String> rows = new ArrayList<>(); Random random = new Random(1);");
  }

  @Test
  void noTwoImportsExportTheSameName() throws IOException {
    Map<String, Set<String>> owners = new HashMap<>();
    List<String> packages = new ArrayList<>(KERNEL);
    script().lines().filter(line -> line.matches("import [a-zA-Z.0-9]+\\.\\*;"))
        .map(line -> line.substring(7, line.length() - 3)).filter(name -> !packages.contains(name))
        .forEach(packages::add);
    for (String name : packages) {
      Set<String> classes = publicClasses(name);
      assertFalse(classes.isEmpty(), name + " has no public class: its import fails");
      classes.forEach(simple -> owners.computeIfAbsent(simple, k -> new TreeSet<>()).add(name));
    }
    owners.values().removeIf(names -> names.size() == 1);
    // An import of one class goes before those of whole packages.
    script().lines().filter(line -> line.matches("import [a-zA-Z.0-9]+\\.[A-Z]\\w*;"))
        .forEach(line -> owners.remove(line.substring(line.lastIndexOf('.') + 1, line.length() - 1)));
    assertEquals(Map.of(), owners);
  }

  @Test
  void importsEveryPackageOfTheLibrary() throws IOException {
    String location = Notebook.class.getProtectionDomain().getCodeSource().getLocation().toString();
    Path classes = Path.of(URI.create(location));
    String script = script();
    try (Stream<Path> files = Files.walk(classes)) {
      files.filter(file -> file.toString().endsWith(".class"))
          .map(file -> classes.relativize(file.getParent()))
          .map(path -> path.toString().replace('/', '.').replace('\\', '.')).distinct()
          .filter(name -> !publicClasses(name).isEmpty())
          .forEach(name -> assertTrue(script.contains("import " + name + ".*;"), name + " is not imported"));
    }
  }

  private static Set<String> publicClasses(String name) {
    Set<String> classes = new TreeSet<>();
    String folder = name.replace('.', '/');
    try {
      Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules");
      for (String module : List.of("java.base", "java.prefs")) {
        collect(modules.resolve(module).resolve(folder), name, classes);
      }
      for (var url : Collections.list(Notebook.class.getClassLoader().getResources(folder))) {
        if (url.getProtocol().equals("file")) {
          collect(Path.of(URI.create(url.toString())), name, classes);
        } else if (url.getProtocol().equals("jar")) {
          URI jar = URI.create(url.toString().replaceAll("!.*", ""));
          try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
            collect(files.getPath(folder), name, classes);
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return classes;
  }

  private static void collect(Path folder, String name, Set<String> classes) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String simple = file.getFileName().toString().replaceAll("\\.class$", "");
        if (!file.toString().endsWith(".class") || simple.contains("$") || simple.contains("-")) {
          continue;
        }
        try {
          Class<?> type = Class.forName(name + "." + simple, false, Notebook.class.getClassLoader());
          if (Modifier.isPublic(type.getModifiers()) && isMain(file)) {
            classes.add(simple);
          }
        } catch (ClassNotFoundException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** The test's own classes, in packages of the same name, are not what a notebook sees. */
  private static boolean isMain(Path file) {
    return !file.toString().contains("test-classes");
  }
}
