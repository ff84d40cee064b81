package unfold.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;
import unfold.AtomicFile;
import unfold.Check;
import unfold.Scale;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.net.NetworkFile;
import unfold.train.TrainedNetwork;

/**
 * Results that take long, kept in files with their provenance: what has been got once with the same settings and the
 * same seed is read instead of made again.
 *
 * <pre>{@code
 * Result<TrainedNetwork> trained = report.results().network("delay 8", Map.of("delay", 8, "updates", 40_000),
 *     architecture, checkpoint -> train(checkpoint));
 * }</pre>
 *
 * <p>They lie in the folder {@code <paper>} of the one that the environment variable {@value #FOLDER} names, by default
 * {@code data/results}. A result is a file {@code <name>-seed-<seed>-<hash of its settings>.json}, which says how it
 * was got, and beside it the result itself: a network as {@code .npz} with its losses as {@code .csv}, a table as
 * {@code .csv}. The first is written last, so that a result is there as a whole or not at all. With the variable
 * {@value #FRESH} set, everything is made again from its beginning: a checkpoint that is there is deleted, so that a
 * run that was broken off and is begun again with the variable set starts anew as well.
 */
public final class Results {
  /** The environment variable that names the folder of results. */
  public static final String FOLDER = "UNFOLD_RESULTS";
  /** The environment variable that {@code ./lab run --fresh} sets. */
  public static final String FRESH = "UNFOLD_FRESH";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Makes a result.
   *
   * @param <T> the result's type
   */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * Does the work.
     *
     * @param checkpoint a file for what is to be gone on with if the work is broken off; it's gone once the result
     *     is stored, with all files whose names begin like its own
     */
    T done(Path checkpoint) throws IOException;
  }

  /** How a type of result is written and read. */
  private interface Format<T> {
    /** Writes the result into files of that name with an ending each; returns the endings. */
    List<String> write(T value, Path folder, String name) throws IOException;

    /** Returns the result's table, whose columns' types are written down. */
    Table table(T value);

    T read(Path folder, String name, ColumnType[] columns) throws IOException;
  }

  private final Path folder;
  private final boolean fresh;
  private final Scale scale;
  private final Seed seed;

  private Results(Path folder, boolean fresh, Scale scale, Seed seed) {
    this.folder = folder;
    this.fresh = fresh;
    this.scale = scale;
    this.seed = seed;
  }

  static Results open(String paper, Scale scale, Seed seed) {
    String folder = System.getenv(FOLDER);
    String fresh = System.getenv(FRESH);
    Path all = folder == null || folder.isBlank() ? Path.of("data", "results") : Path.of(folder);
    return open(all.resolve(paper), fresh != null && !fresh.isBlank(), scale, seed);
  }

  static Results open(Path folder, boolean fresh, Scale scale, Seed seed) {
    return new Results(folder, fresh, scale, seed);
  }

  /** Returns these results for another seed than the notebook's. */
  public Results seed(Seed other) {
    return new Results(folder, fresh, scale, other);
  }

  /**
   * Returns a trained network, stored or made now.
   *
   * @param name what it is, as {@code "delay 8"}
   * @param settings all that it depends on, with numbers, words, booleans, and arrays, lists and maps of such as
   *     values; a map among them counts in its order, one of {@link Map#of}, which has none, in that of its names
   * @throws IllegalArgumentException if a setting is of another type
   * @throws IllegalStateException if a stored one is damaged
   * @throws UncheckedIOException if this one can't be stored, or the work throws an {@link IOException}
   */
  public Result<TrainedNetwork> network(String name, Map<String, ?> settings, Architecture architecture,
      Work<TrainedNetwork> work) {
    return result(name, withNetwork(settings, architecture), network(architecture), work);
  }

  /** Returns a trained network if it is stored, without making one; not even if everything is to be made again. */
  public Optional<Result<TrainedNetwork>> storedNetwork(String name, Map<String, ?> settings,
      Architecture architecture) {
    Map<String, ?> all = withNetwork(settings, architecture);
    return stored(file(name, all), all, network(architecture));
  }

  /** Returns a table, stored or made now; see {@link #network}. */
  public Result<Table> table(String name, Map<String, ?> settings, Work<Table> work) {
    return result(name, settings, TABLE, work);
  }

  /** Returns a table if it is stored, without making one; not even if everything is to be made again. */
  public Optional<Result<Table>> storedTable(String name, Map<String, ?> settings) {
    return stored(file(name, settings), settings, TABLE);
  }

  /**
   * Returns the stored table of a name that was made last, whatever its settings: to show what another notebook has
   * left. It is of these results' seed, made at any scale; not even {@code --fresh} makes it again.
   */
  public Optional<Result<Table>> newestTable(String name) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    String made = slug(name) + "-seed-" + seed.value() + "-";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, made + "????????.json")) {
      Result<Table> newest = null;
      for (Path path : files) {
        Result<Table> result = read(path, null, TABLE);
        if (newest == null || result.provenance().made().compareTo(newest.provenance().made()) > 0) {
          newest = result;
        }
      }
      return Optional.ofNullable(newest);
    } catch (IOException e) {
      throw new UncheckedIOException("the results in " + folder + ": " + e.getMessage(), e);
    }
  }

  private <T> Result<T> result(String name, Map<String, ?> settings, Format<T> format, Work<T> work) {
    String file = file(name, settings);
    Path checkpoint = folder.resolve(file + ".checkpoint");
    try {
      Optional<Result<T>> stored = fresh ? Optional.empty() : stored(file, settings, format);
      if (stored.isPresent()) {
        return stored.get();
      }
      if (fresh && Files.isDirectory(folder)) {
        deleteCheckpoint(checkpoint);
      }
      long begun = System.nanoTime();
      T value = work.done(checkpoint);
      Provenance provenance = Provenance.now(scale, seed, (System.nanoTime() - begun) / 1e9);
      store(name, file, settings, value, format, provenance);
      deleteCheckpoint(checkpoint);
      return new Result<>(value, provenance, false);
    } catch (IOException e) {
      throw new UncheckedIOException("the result '" + name + "' in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Deletes the checkpoint and what lies beside it: a store of trials has a file that tells it is in use. */
  private void deleteCheckpoint(Path checkpoint) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, checkpoint.getFileName() + "*")) {
      for (Path part : parts) {
        Files.delete(part);
      }
    }
  }

  private <T> void store(String name, String file, Map<String, ?> settings, T value, Format<T> format,
      Provenance provenance) throws IOException {
    if (Thread.interrupted()) {
      throw new CancellationException("interrupted before '" + name + "' was stored");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("settings", canonical(settings));
    json.put("provenance", provenance.json());
    Map<String, String> files = new LinkedHashMap<>();
    for (String ending : format.write(value, folder, file)) {
      files.put(file + ending, sha256(Files.readAllBytes(folder.resolve(file + ending))));
    }
    json.put("sha256", files);
    json.put("columns", format.table(value).columns().stream().map(c -> c.type().name()).toList());
    ObjectWriter writer = JSON.writerWithDefaultPrettyPrinter();
    AtomicFile.write(folder.resolve(file + ".json"), (writer.writeValueAsString(json) + "\n").getBytes(
        StandardCharsets.UTF_8));
  }

  private <T> Optional<Result<T>> stored(String file, Map<String, ?> settings, Format<T> format) {
    Path path = folder.resolve(file + ".json");
    return Files.exists(path) ? Optional.of(read(path, settings, format)) : Optional.empty();
  }

  /** Reads a stored result, which must have the settings, if there are any. */
  private <T> Result<T> read(Path path, Map<String, ?> settings, Format<T> format) {
    String file = path.getFileName().toString().replaceAll("\\.json$", "");
    try {
      JsonNode json = JSON.readTree(Files.readString(path));
      require(settings == null || json.path("settings").equals(canonical(settings)), path,
          "has other settings than its name says");
      for (Map.Entry<String, JsonNode> entry : json.path("sha256").properties()) {
        Path part = folder.resolve(entry.getKey());
        require(Files.exists(part) && sha256(Files.readAllBytes(part)).equals(entry.getValue().asText()), part,
            "is missing or not what was stored");
      }
      Provenance provenance = Provenance.of(json.path("provenance"));
      List<ColumnType> columns = new ArrayList<>();
      json.path("columns").forEach(type -> columns.add(ColumnType.valueOf(type.asText())));
      T value = format.read(folder, file, columns.toArray(ColumnType[]::new));
      return new Result<>(value, provenance, true);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("a stored result can't be read (run with --fresh to make it again, or remove it): "
          + e.getMessage(), e);
    }
  }

  /** Names a result's files: what it is, the seed, and a hash of the settings. */
  String file(String name, Map<String, ?> settings) {
    Check.that(!name.isBlank(), "a result must have a name, but it was blank");
    String hash = sha256(canonical(settings).toString().getBytes(StandardCharsets.UTF_8));
    return slug(name) + "-seed-" + seed.value() + "-" + hash.substring(0, 8);
  }

  /** Returns settings in the order of their names, as they come back from a file: there is one kind of whole number. */
  private static JsonNode canonical(Map<String, ?> settings) {
    Map<String, Object> plain = new TreeMap<>();
    settings.forEach((name, value) -> plain.put(name, plain(name, value)));
    try {
      return JSON.readTree(JSON.writeValueAsString(plain));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Of numbers, words, lists and maps there is always a text.
    }
  }

  private static Object plain(String name, Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(each -> plain(name, each)).toList();
    }
    if (value != null && value.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(value)).mapToObj(i -> plain(name, Array.get(value, i))).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> ordered = new LinkedHashMap<>();
      map.forEach((key, each) -> ordered.put(key.toString(), plain(name, each)));
      // What Map.of makes, which alone is its own copy, has another order in each JVM. Others keep theirs, which are in
      // the names of stored results.
      return Map.copyOf(map) == map ? new TreeMap<>(ordered) : ordered;
    }
    Check.that(value instanceof Number || value instanceof String || value instanceof Boolean,
        "the setting '%s' must be of numbers, words, booleans, lists and maps, but has %s", name, value);
    return value;
  }

  /** Returns a name as part of a file's; "+RNN" is not "RNN". */
  private static String slug(String name) {
    return name.replace("+", " plus ").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  private static Map<String, ?> withNetwork(Map<String, ?> settings, Architecture architecture) {
    Map<String, Object> all = new TreeMap<>(settings);
    all.put("network", architecture.text());
    return all;
  }

  private static Format<TrainedNetwork> network(Architecture architecture) {
    return new Format<>() {
      @Override
      public List<String> write(TrainedNetwork trained, Path folder, String name) throws IOException {
        NetworkFile.save(folder.resolve(name + ".npz"), trained.network());
        TABLE.write(table(trained), folder, name);
        return List.of(".npz", ".csv");
      }

      @Override
      public Table table(TrainedNetwork trained) {
        return Table.create(IntColumn.create("update", trained.updates()),
            DoubleColumn.create("loss", trained.losses()));
      }

      @Override
      public TrainedNetwork read(Path folder, String name, ColumnType[] columns) throws IOException {
        Table losses = TABLE.read(folder, name, columns);
        return new TrainedNetwork(NetworkFile.load(folder.resolve(name + ".npz"), architecture),
            losses.intColumn("update").asIntArray(), losses.doubleColumn("loss").asDoubleArray());
      }
    };
  }

  private static final Format<Table> TABLE = new Format<>() {
    @Override
    public List<String> write(Table table, Path folder, String name) throws IOException {
      AtomicFile.write(folder.resolve(name + ".csv"), Csv.of(table).getBytes(StandardCharsets.UTF_8));
      return List.of(".csv");
    }

    @Override
    public Table table(Table table) {
      return table;
    }

    @Override
    public Table read(Path folder, String name, ColumnType[] columns) {
      return Table.read().usingOptions(CsvReadOptions.builder(folder.resolve(name + ".csv").toFile())
          .columnTypes(columns).missingValueIndicator("").tableName(name));
    }
  };

  private static void require(boolean condition, Path file, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(file + " " + otherwise);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
