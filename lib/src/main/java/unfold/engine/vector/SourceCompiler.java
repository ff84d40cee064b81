package unfold.engine.vector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Compiles Java source on the Vector API in memory, in this package, when it is first needed: so the library itself
 * is built by any JDK and loads where the module is not enabled.
 */
final class SourceCompiler {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String PACKAGE = SourceCompiler.class.getPackageName();

  /** What javac must see again when it compiles against the classes defined by name. */
  private static final Map<String, byte[]> DEFINED = new LinkedHashMap<>();

  private SourceCompiler() {}

  /** Returns one sentence on why programs cannot be compiled here, or nothing if they can. */
  static Optional<String> unavailable() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of(
          "The module " + MODULE + " is not enabled: start Java with --add-modules " + MODULE + ".");
    }
    if (ToolProvider.getSystemJavaCompiler() == null) {
      return Optional.of("This Java runtime, " + System.getProperty("java.home")
          + ", has no compiler: a JDK is needed, not a JRE.");
    }
    return Optional.empty();
  }

  /**
   * Compiles classes of this package and defines them by name, once and for all; later source may refer to them.
   *
   * @param sources source text by the class's simple name
   */
  static synchronized void define(Map<String, String> sources) {
    Map<String, byte[]> classes = compile(sources);
    // Before any is linked, since they refer to each other.
    DEFINED.putAll(classes);
    for (byte[] bytes : classes.values()) {
      try {
        MethodHandles.lookup().defineClass(bytes);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Compiles one class of this package, without nested classes, and defines it hidden: nothing refers to it by name,
   * and it is unloaded with its last instance.
   *
   * @param name the class's simple name in the source
   * @return a lookup in the class
   */
  static synchronized MethodHandles.Lookup defineHidden(String name, String source) {
    Map<String, byte[]> classes = compile(Map.of(name, source));
    if (classes.size() != 1) {
      throw new IllegalStateException("a program must be one class, but was " + classes.keySet());
    }
    try {
      return MethodHandles.lookup().defineHiddenClass(classes.values().iterator().next(), true);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the text of a source file among the resources of this package. */
  static String resource(String name) {
    try (InputStream in = SourceCompiler.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the library lacks its source file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> compile(Map<String, String> sources) {
    unavailable().ifPresent(why -> {
      throw new IllegalStateException(why);
    });
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (Files files = new Files(compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8))) {
      List<JavaFileObject> units = sources.entrySet().stream()
          .map(source -> (JavaFileObject) new Source(source.getKey(), Inliner.expand(source.getValue())))
          .collect(Collectors.toList());
      List<String> options = List.of("-proc:none", "-implicit:none", "-nowarn", "--add-modules", MODULE);
      boolean compiled = compiler.getTask(null, files, diagnostics, options, null, units).call();
      if (!compiled) {
        throw new IllegalStateException(explain(diagnostics, sources));
      }
      return files.classes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the compiler's errors, each with the line it complains of. */
  private static String explain(DiagnosticCollector<JavaFileObject> diagnostics, Map<String, String> sources) {
    StringBuilder text = new StringBuilder("generated source does not compile:");
    for (Diagnostic<? extends JavaFileObject> d : diagnostics.getDiagnostics()) {
      if (d.getKind() == Diagnostic.Kind.ERROR) {
        text.append('\n').append(d.getMessage(Locale.ROOT));
        if (d.getSource() instanceof Source source) {
          text.append("\n  ").append(source.getName()).append(", line ").append(d.getLineNumber()).append(": ")
              .append(source.line(d.getLineNumber()));
        }
      }
    }
    return text.toString();
  }

  /** Where the library's own classes are: the class path need not hold it, as in a notebook's kernel. */
  private static Path home() {
    try {
      return Path.of(SourceCompiler.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A source text. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + PACKAGE.replace('.', '/') + "/" + name + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    String line(long number) {
      return text.lines().skip(Math.max(0, number - 1)).findFirst().orElse("").strip();
    }
  }

  /** A compiled class, to be written or to be read. */
  private static final class Binary extends SimpleJavaFileObject {
    private final String name;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final byte[] bytes;

    Binary(String name, byte[] bytes) {
      super(URI.create("memory:///" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public OutputStream openOutputStream() {
      return written;
    }

    @Override
    public InputStream openInputStream() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** The library's classes, those defined before and those being written. */
  private static final class Files extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final List<Binary> written = new ArrayList<>();

    Files(StandardJavaFileManager files) throws IOException {
      super(files);
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of(home()));
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new LinkedHashMap<>();
      written.forEach(binary -> classes.put(binary.name, binary.written.toByteArray()));
      return classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind,
        FileObject sibling) {
      Binary binary = new Binary(name, new byte[0]);
      written.add(binary);
      return binary;
    }

    @Override
    public Iterable<JavaFileObject> list(Location location, String packageName, Set<JavaFileObject.Kind> kinds,
        boolean recurse) throws IOException {
      List<JavaFileObject> found = new ArrayList<>();
      super.list(location, packageName, kinds, recurse).forEach(found::add);
      if (location == StandardLocation.CLASS_PATH && packageName.equals(PACKAGE)) {
        DEFINED.forEach((name, bytes) -> found.add(new Binary(name, bytes)));
      }
      return found;
    }

    @Override
    public String inferBinaryName(Location location, JavaFileObject file) {
      return file instanceof Binary binary ? binary.name : super.inferBinaryName(location, file);
    }
  }
}
