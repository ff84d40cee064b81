package unfold.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.SynchronousMode;
import tech.tablesaw.api.Table;
import unfold.Check;
import unfold.Seed;
import unfold.tune.Outcome.Status;

/**
 * The trials of one sweep in an SQLite file: a row is written when a trial begins and completed when it
 * ends, each in a transaction on disk, so that a process killed at any moment loses no trial that ended.
 *
 * <pre>{@code
 * try (TrialStore store = TrialStore.open(Path.of("rnn.db"), tuner, "RNN, depth 1, 1000 parameters")) {
 *   Sweep.of(tuner, 200, experiment).store(store).run();
 * }
 * Table trials = TrialStore.read(Path.of("rnn.db"));
 * }</pre>
 *
 * <p>For any SQLite tool the view {@code trials} has a column for each parameter and each measure: {@code
 * select rate, validation from trials order by validation}. A parameter that is called like a column of the
 * trial has "setting" before its name. The file may be read while a sweep writes to it (write-ahead log:
 * while one does, two files beside it belong to it); a second sweep is refused. It must lie on a disk of
 * this machine.
 */
public final class TrialStore implements AutoCloseable {
  private static final String FORMAT = "unfold trials 2";
  private static final ObjectMapper JSON = new ObjectMapper();
  /** The columns of a trial before and after those of its settings. */
  private static final List<String> FIRST = List.of("number", "status", "validation", "evaluation");
  private static final List<String> LAST = List.of("steps", "seconds", "seed", "git_commit", "begun",
      "reason");
  private static final String RUNNING = "RUNNING";

  private final Path file;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final Connection connection;
  private final List<String> parameters;
  /** Those that the view has columns for. */
  private final Set<String> measures = new TreeSet<>();

  private TrialStore(Path file, FileChannel lockFile, FileLock lock, Connection connection,
      List<String> parameters) {
    this.file = file;
    this.lockFile = lockFile;
    this.lock = lock;
    this.connection = connection;
    this.parameters = parameters;
  }

  /**
   * Opens a store for a sweep, a new one if there is no file.
   *
   * @param file where it is; folders are made
   * @param tuner what suggests the trials
   * @param experiment what a trial does, in words that tell it from all others: data, network, scale
   * @throws IllegalArgumentException if the file holds trials of another space, tuner or experiment, or is
   *     no store: another database is left as it is
   * @throws IllegalStateException if another sweep writes to it
   */
  public static TrialStore open(Path file, Tuner tuner, String experiment) {
    Path path = file.toAbsolutePath();
    FileChannel lockFile = null;
    Connection connection = null;
    try {
      Files.createDirectories(path.getParent());
      lockFile = FileChannel.open(path.resolveSibling(path.getFileName() + ".lock"),
          StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lock(lockFile, file);
      SQLiteConfig config = new SQLiteConfig();
      config.setSynchronous(SynchronousMode.FULL);
      config.setBusyTimeout(20_000);
      connection = config.createConnection("jdbc:sqlite:" + path);
      List<String> parameters =
          tuner.space().parameters().stream().map(SearchSpace.Parameter::name).toList();
      TrialStore store = new TrialStore(file, lockFile, lock, connection, parameters);
      store.prepare(tuner, experiment);
      return store;
    } catch (SQLException e) {
      close(connection, lockFile);
      throw new IllegalArgumentException("file must be a store of trials, but " + file + " is none: "
          + e.getMessage(), e);
    } catch (IOException e) {
      close(connection, lockFile);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close(connection, lockFile);
      throw e;
    }
  }

  private static FileLock lock(FileChannel lockFile, Path file) throws IOException {
    FileLock lock = null;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process holds it: told below.
    }
    if (lock == null) {
      throw new IllegalStateException("another sweep writes to " + file
          + ": end it first, or give this one another"
          + " file");
    }
    return lock;
  }

  private static void close(Connection connection, FileChannel lockFile) {
    try {
      if (connection != null) {
        connection.close();
      }
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("a store can't be closed: " + e.getMessage(), e);
    }
  }

  private void prepare(Tuner tuner, String experiment) throws SQLException {
    refuseOtherDatabases();
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma journal_mode = wal"); // Which changes a file, so none of another's.
      connection.setAutoCommit(false);
      statement.executeUpdate(
          "create table if not exists about (name text primary key, value text not null)");
      statement.executeUpdate("create table if not exists trial (number integer primary key,"
          + " status text not null, validation real, evaluation real, settings text not null, measures text,"
          + " steps integer, seconds real, seed integer, git_commit text, begun text, reason text)");
    }
    Map<String, String> mine = new LinkedHashMap<>();
    mine.put("format", FORMAT);
    mine.put("space", tuner.space().toString());
    mine.put("tuner", tuner.toString());
    mine.put("experiment", experiment);
    Map<String, String> there = about(connection);
    for (Map.Entry<String, String> entry : mine.entrySet()) {
      String known = there.get(entry.getKey());
      if (known == null) {
        Check.that(there.isEmpty(), "%s says nothing of its %s", file, entry.getKey());
        insertAbout(entry.getKey(), entry.getValue());
      } else {
        checkSame(entry.getKey(), known, entry.getValue());
      }
    }
    view();
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void refuseOtherDatabases() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet tables = statement.executeQuery("select count(*), total(name = 'about') from sqlite_master"
            + " where type = 'table'")) {
      Check.that(tables.getInt(1) == 0 || tables.getInt(2) == 1,
          "file must be a store of trials, but %s is another database", file);
    }
  }

  /**
   * Notes the seed of the sweep that is to write here, unless trials of another are here.
   *
   * @throws IllegalArgumentException if they are
   */
  synchronized void seed(Seed seed) {
    String value = Long.toString(seed.value());
    inTransaction(() -> {
      String known = about(connection).get("seed");
      if (known == null) {
        insertAbout("seed", value);
      } else {
        checkSame("seed", known, value);
      }
    });
  }

  private static Map<String, String> about(Connection connection) throws SQLException {
    Map<String, String> about = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select name, value from about")) {
      while (rows.next()) {
        about.put(rows.getString(1), rows.getString(2));
      }
    }
    return about;
  }

  private void insertAbout(String name, String value) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("insert into about values (?, ?)")) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    }
  }

  /** Throws unless two descriptions are the same, with the first line in which they differ. */
  private void checkSame(String what, String there, String here) {
    if (there.equals(here)) {
      return;
    }
    String[] theirs = there.split("\n");
    String[] ours = here.split("\n");
    int line = 0;
    while (line < Math.min(theirs.length, ours.length) - 1 && theirs[line].equals(ours[line])) {
      line++;
    }
    throw new IllegalArgumentException(file + " holds trials of another " + what + ": "
        + (theirs[line].equals(ours[line]) ? theirs.length + " parameters there, " + ours.length + " here"
            : "'" + theirs[line] + "' there, '" + ours[line] + "' here"));
  }

  /** Makes the view anew, with a column for each setting and measure that there is; in a transaction. */
  private void view() throws SQLException {
    measures.clear();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select distinct key from trial, json_each(measures)")) {
      while (rows.next()) {
        measures.add(rows.getString(1));
      }
    }
    List<String> columns = new ArrayList<>(FIRST);
    for (String name : parameters) {
      columns.add(extract("settings", name, column(name, "setting")));
    }
    for (String name : measures) {
      columns.add(extract("measures", name, isAmong(parameters.stream(), name) ? "measured " + name
          : column(name, "measured")));
    }
    columns.addAll(LAST);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("drop view if exists trials");
      statement.executeUpdate("create view trials as select " + String.join(", ", columns)
          + " from trial order by number");
    }
  }

  /** Returns the column of a setting or a measure, other than the columns that all tables have. */
  static String column(String name, String before) {
    return isAmong(Stream.concat(FIRST.stream(), LAST.stream()), name) ? before + " " + name : name;
  }

  /** SQL's names are the same in capital letters. */
  private static boolean isAmong(Stream<String> names, String name) {
    return names.anyMatch(name::equalsIgnoreCase);
  }

  private static String extract(String json, String name, String column) {
    String path = "$." + json(name);
    String quoted = column.replace("\"", "\"\"");
    return "json_extract(" + json + ", '" + path.replace("'", "''") + "') as \"" + quoted + "\"";
  }

  /**
   * Writes that a trial begins.
   *
   * @param seed of its randomness
   * @param commit the version of the code that runs it; empty if it is not known
   */
  public synchronized void begin(Trial trial, long seed, String commit) {
    inTransaction(() -> write("insert or replace into trial (number, status, settings, seed, git_commit, begun)"
        + " values (?, ?, ?, ?, ?, ?)",
        trial.number(), RUNNING, trial.settings().toString(), seed, commit, Instant.now().toString()));
  }

  /**
   * Writes how a trial ended, and of which measures the view {@code trials} now has columns.
   *
   * @throws IllegalArgumentException if it has not ended, or was not begun
   */
  public synchronized void end(Trial trial) {
    Check.that(trial.hasEnded(), "trial %d must have ended", trial.number());
    Outcome outcome = trial.outcome();
    inTransaction(() -> {
      int rows = write("update trial set status = ?, validation = ?, evaluation = ?, measures = ?, steps = ?,"
          + " seconds = ?, reason = ? where number = ?", outcome.status().name(), number(outcome.validation()),
          number(outcome.evaluation()), json(finite(outcome.measures())), outcome.steps(), trial.seconds(),
          outcome.reason(), trial.number());
      Check.that(rows == 1, "trial %d must have begun before it ends", trial.number());
      if (!measures.containsAll(outcome.measures().keySet())) {
        view();
      }
    });
  }

  /** Forgets a trial and all after it, for instance to try again after a failure whose cause is mended. */
  public synchronized void forgetFrom(int number) {
    inTransaction(() -> {
      write("delete from trial where number >= ?", number);
      view();
    });
  }

  /** Some writing. */
  @FunctionalInterface
  private interface Writing {
    void run() throws SQLException;
  }

  /** Writes all of it or, if it throws, nothing. */
  private void inTransaction(Writing writing) {
    try {
      connection.setAutoCommit(false);
      try {
        writing.run();
        connection.commit();
      } finally {
        connection.rollback(); // Of what was not committed.
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("can't write to " + file + ": " + e.getMessage(), e);
    }
  }

  private int write(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  /** SQL has no NaN. */
  private static Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** Nor has JSON. */
  private static Map<String, Double> finite(Map<String, Double> measures) {
    Map<String, Double> finite = new LinkedHashMap<>();
    measures.forEach((name, value) -> finite.put(name, Double.isFinite(value) ? value : null));
    return finite;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Numbers and words can be written.
    }
  }

  /** Returns all trials, those that were running when they were last written too. */
  public synchronized List<Trial> trials() {
    try {
      return trials(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("can't read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Trial> trials(Connection connection) throws SQLException {
    List<Trial> trials = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from trial order by number")) {
      while (rows.next()) {
        Trial trial = Trial.running(rows.getInt("number"), Settings.parse(rows.getString("settings")));
        String status = rows.getString("status");
        trials.add(status.equals(RUNNING) ? trial : trial.ended(new Outcome(Status.valueOf(status),
            rows.getString("reason"), nan(rows, "validation"), nan(rows, "evaluation"),
            measures(rows.getString("measures")), rows.getLong("steps")), rows.getDouble("seconds")));
      }
    }
    return trials;
  }

  private static double nan(ResultSet rows, String column) throws SQLException {
    double value = rows.getDouble(column);
    return rows.wasNull() ? Double.NaN : value;
  }

  private static Map<String, Double> measures(String json) {
    try {
      Map<String, Double> measures = new LinkedHashMap<>();
      JSON.readValue(json, new TypeReference<LinkedHashMap<String, Double>>() {})
          .forEach((name, value) -> measures.put(name, value == null ? Double.NaN : value));
      return measures;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("measures must be JSON, but were '" + json + "'", e);
    }
  }

  /**
   * Reads a store as a table, a row a trial in the columns of the view {@code trials}; also while a sweep
   * writes to it.
   *
   * @throws IllegalArgumentException if there is no such file, or it is no store
   */
  public static Table read(Path file) {
    Check.that(Files.isRegularFile(file), "file must be a store of trials, but there is no %s", file);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from trials")) {
      return TrialTable.of(rows, file.getFileName().toString());
    } catch (SQLException e) {
      throw new IllegalArgumentException("file must be a store of trials, but " + file + " is none: "
          + e.getMessage(), e);
    }
  }

  /** Returns where it is. */
  public Path file() {
    return file;
  }

  /** Closes the file; what was written is there. */
  @Override
  public synchronized void close() {
    try {
      lock.release();
    } catch (IOException e) {
      throw new IllegalStateException("can't close " + file + ": " + e.getMessage(), e);
    } finally {
      close(connection, lockFile);
    }
  }
}
