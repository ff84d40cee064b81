package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;
import unfold.Jvm;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.tune.Outcome.Status;

class SweepTest {
  static final SearchSpace SPACE = SearchSpace.empty().logUniform("rate", 1e-4, 1).integer("steps", 1, 6)
      .categorical("optimizer", "sgd", "adam").logit("momentum", 1, 7).onlyIf("optimizer", "sgd");
  static final Tuner TUNER = GaussianProcessBandit.of(SPACE, Seed.of(1)).batch(3).starts(6);

  /** Some are infeasible, one fails, and the later ones of a batch tend to end first. */
  static final Experiment EXPERIMENT = (settings, seed, context) -> {
    Thread.sleep(5 + 10 * (2 - context.number() % 3));
    if (context.number() == 7) {
      throw new IllegalStateException("trial 7 is broken");
    }
    if (settings.real("rate") > 0.05) {
      return Outcome.infeasible("diverged at update 12").steps(12);
    }
    double loss = Math.pow(Math.log10(settings.real("rate")) + 2, 2) + settings.whole("steps");
    return Outcome.complete(loss).evaluation(loss + seed.stream("noise").nextDouble()).steps(100)
        .measure("bits per parameter", 2 * loss).measure("rate", -1);
  };

  /** Of the table of such trials. */
  private static final List<String> COLUMNS = List.of("number", "status", "validation", "evaluation", "rate",
      "setting steps", "optimizer", "momentum", "bits per parameter", "measured rate", "steps", "seconds", "seed",
      "git_commit", "begun", "reason");

  @TempDir Path folder;

  private TrialStore open(String name) {
    return TrialStore.open(folder.resolve(name), TUNER, "a test");
  }

  private static List<Trial> run(int trials, int threads, TrialStore store) {
    return Sweep.of(TUNER, trials, EXPERIMENT).seed(Seed.of(2)).threads(threads).store(store).run();
  }

  /** Trials but for their seconds and the frames of stacks. */
  private static List<Trial> plain(List<Trial> trials) {
    List<Trial> plain = new ArrayList<>();
    for (Trial trial : trials) {
      Outcome o = trial.outcome();
      plain.add(trial.ended(new Outcome(o.status(), o.reason().lines().findFirst().orElse(""), o.validation(),
          o.evaluation(), o.measures(), o.steps()), 0));
    }
    return plain;
  }

  @Test
  void threadsChangeNothing() {
    List<Trial> one = Sweep.of(TUNER, 18, EXPERIMENT).seed(Seed.of(2)).threads(1).run();
    List<Trial> three = Sweep.of(TUNER, 18, EXPERIMENT).seed(Seed.of(2)).threads(3).run();
    assertEquals(plain(one), plain(three));
    assertTrue(one.get(7).is(Status.FAILED));
    assertTrue(one.get(7).outcome().reason().contains("trial 7 is broken"));
    assertTrue(one.get(7).outcome().reason().contains("\tat unfold.tune.SweepTest"));
    assertTrue(one.stream().anyMatch(trial -> trial.is(Status.INFEASIBLE)));
    assertTrue(one.stream().filter(Trial::hasEnded).count() == 18);
  }

  /** What a sweep is given makes another of it, and its table's store is closed with the table. */
  @Test
  void sweepsAreNotChanged() {
    Sweep sweep = Sweep.of(TUNER, 5, EXPERIMENT);
    List<Trial> trials = sweep.run();
    sweep.seed(Seed.of(2)).listen(progress -> {
      throw new CancellationException("stop");
    });
    assertEquals(5, sweep.table(folder.resolve("a.db"), "a test").rowCount());
    assertEquals(plain(trials), plain(sweep.run()));
  }

  @Test
  void aStoredSweepGoesOnWhereItWas() {
    List<Trial> whole = Sweep.of(TUNER, 18, EXPERIMENT).seed(Seed.of(2)).threads(2).run();
    try (TrialStore store = open("a.db")) {
      assertEquals(11, run(11, 2, store).size());
    }
    AtomicInteger ran = new AtomicInteger();
    try (TrialStore store = open("a.db")) {
      List<Trial> all = Sweep.of(TUNER, 18, (settings, seed, context) -> {
        ran.incrementAndGet();
        return EXPERIMENT.run(settings, seed, context);
      }).seed(Seed.of(2)).threads(3).store(store).run();
      assertEquals(plain(whole), plain(all));
      assertEquals(7, ran.get());
      assertEquals(all, store.trials());
      store.forgetFrom(16);
      assertEquals(all.subList(0, 16), store.trials());
    }
  }

  @Test
  void aStoreReadsAsATable() throws SQLException {
    try (TrialStore store = open("a.db")) {
      run(9, 2, store);
      // While the sweep has it open, too, as after a kill.
      Table open = TrialStore.read(folder.resolve("a.db"));
      assertEquals(COLUMNS, open.columnNames());
      assertEquals(9, open.rowCount());
    }
    Table table = TrialStore.read(folder.resolve("a.db"));
    assertEquals(COLUMNS, table.columnNames());
    assertEquals(9, table.rowCount());
    assertTrue(table.column("rate") instanceof DoubleColumn);
    assertTrue(table.column("setting steps") instanceof LongColumn);
    assertEquals("FAILED", table.stringColumn("status").get(7));
    assertTrue(table.stringColumn("reason").get(7).contains("trial 7 is broken"));
    assertEquals(Seed.of(2).split("trial").split(3).value(), table.longColumn("seed").get(3));
    Table complete = table.where(table.stringColumn("status").isEqualTo("COMPLETE"));
    double[] loss = complete.doubleColumn("validation").asDoubleArray();
    double[] bits = complete.doubleColumn("bits per parameter").asDoubleArray();
    for (int i = 0; i < loss.length; i++) {
      assertEquals(2 * loss[i], bits[i]);
    }
    // One file: nothing is left beside it but the lock.
    try (Connection sql = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"));
        ResultSet best = sql.createStatement()
            .executeQuery("select min(validation) from trials where rate < 0.3")) {
      assertEquals(complete.doubleColumn("validation").min(), best.getDouble(1));
    }
    assertFalse(Files.exists(folder.resolve("a.db-wal")));
  }

  @Test
  void columnsAreFoundWhateverTheirNames() {
    SearchSpace space = SearchSpace.empty().uniform("Seed", 0, 1).uniform("a\\b", 0, 1).uniform("\"c\"'", 0, 1);
    Table table = Sweep.of(new RandomSearch(space, Seed.of(1)), 2,
        (settings, seed, context) -> Outcome.complete(1).measure("SECONDS", 2).measure("A\\B", 3))
        .table(folder.resolve("a.db"), "a test");
    assertEquals(List.of("number", "status", "validation", "evaluation", "setting Seed", "a\\b", "\"c\"'",
        "measured A\\B", "measured SECONDS", "steps", "seconds", "seed", "git_commit", "begun", "reason"),
        table.columnNames());
    assertEquals(new RandomSearch(space, Seed.of(1)).suggest(List.of()), TrialTable.settings(table, 0, space));
    assertEquals(3, table.numberColumn("measured A\\B").getDouble(1));
  }

  @Test
  void aTableHasTheTrialsOfAListOfThem() {
    Sweep sweep = Sweep.of(new RandomSearch(SPACE, Seed.of(2)), 7, EXPERIMENT).seed(Seed.of(2));
    List<Trial> trials = sweep.run();
    Table table = sweep.table(folder.resolve("a.db"), "a test");
    Trial best = Study.best(trials).get();
    assertEquals(best.number(), TrialTable.best(table));
    assertTrue(best.number() > 0);
    for (Trial trial : trials) {
      assertEquals(trial.settings(), TrialTable.settings(table, trial.number(), SPACE));
    }
    assertEquals(trials.stream().filter(trial -> trial.is(Status.COMPLETE)).map(trial -> (long) trial.number()).toList(),
        TrialTable.complete(table).longColumn("number").asList());
    Table infeasible = table.where(table.stringColumn("status").isNotEqualTo("COMPLETE"));
    assertTrue(infeasible.rowCount() > 0);
    refused("there must be a complete trial, but there is none among " + infeasible.rowCount(),
        () -> TrialTable.best(infeasible));
  }

  @Test
  void aTableIsNotMadeOfTrialsThatFailed() {
    String message = assertThrows(IllegalStateException.class, () -> Sweep.of(TUNER, 9, EXPERIMENT).seed(Seed.of(2))
        .table(folder.resolve("a.db"), "a test")).getMessage();
    assertTrue(message.startsWith("trial 7 of a test failed, which " + folder.resolve("a.db") + " keeps; once the cause"
        + " is mended, call forgetFrom(7) of the TrialStore or remove the file, and run it again: ")
        && message.contains("trial 7 is broken"), message);
    assertEquals(9, TrialStore.read(folder.resolve("a.db")).rowCount(), "all are kept");
    try (TrialStore store = open("a.db")) {
      store.forgetFrom(7);
    }
    Table mended = Sweep.of(TUNER, 9, (settings, seed, context) -> Outcome.complete(1)).seed(Seed.of(2))
        .table(folder.resolve("a.db"), "a test");
    assertEquals("COMPLETE", mended.getString(7, "status"));
  }

  @Test
  void aStoreOfAnotherSweepIsRefused() throws IOException, SQLException {
    Path file = folder.resolve("a.db");
    open("a.db").close();
    open("a.db").close();
    Tuner wider = GaussianProcessBandit.of(SearchSpace.empty().logUniform("rate", 1e-4, 2), Seed.of(1));
    refused(file + " holds trials of another space: 'rate: log-uniform 1.0E-4..1.0' there, 'rate: log-uniform"
        + " 1.0E-4..2.0' here", () -> TrialStore.open(file, wider, "a test"));
    Tuner shorter = new RandomSearch(SearchSpace.empty().logUniform("rate", 1e-4, 1), Seed.of(1));
    refused(file + " holds trials of another space: 4 parameters there, 1 here",
        () -> TrialStore.open(file, shorter, "a test"));
    refused(file + " holds trials of another tuner: 'Gaussian-process bandit, seed 1, batch 3, starts 6'"
        + " there, 'random search, seed 1' here", () -> TrialStore.open(file, new RandomSearch(SPACE, Seed.of(1)),
        "a test"));
    refused(file + " holds trials of another experiment: 'a test' there, 'another' here",
        () -> TrialStore.open(file, TUNER, "another"));
    Path text = Files.writeString(folder.resolve("text"),
        "This is no database, but a text that is long enough.");
    assertTrue(assertThrows(IllegalArgumentException.class, () -> TrialStore.open(text, TUNER, "a test"))
        .getMessage()
        .startsWith("file must be a store of trials, but " + text + " is none"));
    Path foreign = folder.resolve("foreign.db");
    try (Connection sql = DriverManager.getConnection("jdbc:sqlite:" + foreign)) {
      sql.createStatement().executeUpdate("create table mine (number integer)");
    }
    byte[] before = Files.readAllBytes(foreign);
    refused("file must be a store of trials, but " + foreign + " is another database",
        () -> TrialStore.open(foreign, TUNER, "a test"));
    assertArrayEquals(before, Files.readAllBytes(foreign));
    refused("file must be a store of trials, but there is no " + folder.resolve("b.db"),
        () -> TrialStore.read(folder.resolve("b.db")));
    try (TrialStore store = open("a.db")) {
      assertEquals("another sweep writes to " + file + ": end it first, or give this one another file",
          assertThrows(IllegalStateException.class, () -> open("a.db")).getMessage());
      assertEquals("trial 3 must have begun before it ends", assertThrows(IllegalArgumentException.class,
          () -> store.end(new Trial(3, Settings.of("rate", 0.1), Outcome.complete(1), 1))).getMessage());
      run(1, 1, store);
      refused(file + " holds trials of another seed: '2' there, '3' here",
          () -> Sweep.of(TUNER, 2, EXPERIMENT).seed(Seed.of(3)).store(store).run());
      assertEquals(1, store.trials().size());
    }
  }

  private static void refused(String message, org.junit.jupiter.api.function.Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }

  /** Whether a trial calls for the interrupt, or throws what it met, wrapped or not. */
  @Test
  void anInterruptStopsWithinASecondAndLosesNothing() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(2);
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    try (TrialStore store = open("a.db")) {
      Thread thread = new Thread(() -> {
        try {
          Sweep.of(TUNER, 18, (settings, seed, context) -> {
            if (context.number() == 5) {
              slow.countDown();
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            if (context.number() > 5) {
              slow.countDown();
              while (true) {
                context.checkInterrupted();
              }
            }
            return EXPERIMENT.run(settings, seed, context);
          }).seed(Seed.of(2)).threads(2).store(store).run();
        } catch (CancellationException e) {
          thrown.add(Thread.currentThread().isInterrupted() ? new AssertionError("interrupted still") : e);
        }
      });
      thread.start();
      assertTrue(slow.await(60, TimeUnit.SECONDS));
      long begun = System.nanoTime();
      thread.interrupt();
      thread.join(20_000);
      double seconds = (System.nanoTime() - begun) * 1e-9;
      assertTrue(seconds < 1, "took " + seconds + " s");
      assertEquals("sweep interrupted after 5 of 18 trials", thrown.get(0).getMessage());
      assertEquals(7, store.trials().size());
      assertEquals(5, store.trials().stream().filter(Trial::hasEnded).count());
      assertEquals(plain(Sweep.of(TUNER, 18, EXPERIMENT).seed(Seed.of(2)).run()), plain(run(18, 2, store)));
    }
  }

  @Test
  void progressIsToldOnceATrial() {
    List<Sweep.Progress> seen = new ArrayList<>();
    try (TrialStore store = open("a.db")) {
      run(10, 2, store);
      Sweep.of(TUNER, 18, EXPERIMENT).seed(Seed.of(2)).threads(2).store(store).listen(seen::add).run();
      List<Integer> done = seen.stream().map(Sweep.Progress::done).toList();
      assertEquals(java.util.stream.IntStream.rangeClosed(1, 18).boxed().toList(), done);
      Sweep.Progress last = seen.get(17);
      assertEquals(store.trials().stream().filter(trial -> trial.is(Status.INFEASIBLE)).count(),
          last.infeasible());
      assertEquals(1, last.failed());
      assertEquals(Study.best(store.trials()).get().validation(), last.best());
      assertEquals(0, last.secondsLeft());
      assertTrue(seen.get(12).secondsLeft() > 0);
    }
    assertEquals("2 running, 1 infeasible, best 0.03125, 40 s left",
        new Sweep.Progress(9, 4, 2, 1, 0, 0.03125, 40.2).toString());
    // A listener breaks it off, as a progress bar does.
    assertThrows(CancellationException.class, () -> Sweep.of(TUNER, 5, EXPERIMENT).listen(progress -> {
      throw new CancellationException("stop");
    }).run());
  }

  @Test
  void anEngineOfOneGradientATimeTakesNoThreads() {
    Engine djl = new Engine() {
      @Override
      public String name() {
        return "djl float on cpu";
      }

      @Override
      public boolean isParallel() {
        return false;
      }

      @Override
      public Program compile(Architecture architecture) {
        throw new AssertionError();
      }
    };
    refused("threads must be 1 on the engine 'djl float on cpu', which differentiates one network"
        + " at a time in a process, but was 2", () -> Sweep.of(TUNER, 3, EXPERIMENT).engine(djl).threads(2).run());
    AtomicInteger running = new AtomicInteger();
    Sweep.of(TUNER, 6, (settings, seed, context) -> {
      assertEquals(1, running.incrementAndGet());
      Thread.sleep(5);
      running.decrementAndGet();
      return Outcome.complete(1);
    }).engine(djl).run().forEach(trial -> assertTrue(trial.is(Status.COMPLETE), trial.toString()));
  }

  /** The process that is killed: says each trial's number once it is stored. */
  public static final class Child {
    private Child() {}

    /** Runs the sweep of a store. */
    public static void main(String[] args) {
      try (TrialStore store = TrialStore.open(Path.of(args[0]), TUNER, "killed")) {
        System.out.println("begins");
        Sweep.of(TUNER, 24, (settings, seed, context) -> {
          Outcome outcome = EXPERIMENT.run(settings, seed, context);
          Thread.sleep(40);
          return outcome;
        }).seed(Seed.of(2)).threads(2).store(store).listen(progress ->
            System.out.println(store.trials().stream().filter(Trial::hasEnded).map(Trial::number).toList()))
            .run();
      }
    }
  }

  /**
   * Loses nothing that was told to be stored, however often it is killed; the whole is as if it had run in
   * one go.
   */
  @Test
  void killedAgainAndAgain() throws Exception {
    Path file = folder.resolve("killed.db");
    Set<Integer> told = new TreeSet<>();
    int kills = 0;
    for (int round = 0; round < 40; round++) {
      Process child = Jvm.process(Child.class, file.toString()).redirectErrorStream(true).start();
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
        int trials = 0;
        String line = lines.readLine();
        for (; line != null && (trials < 3 || round > 5); line = lines.readLine()) {
          if (line.startsWith("[")) {
            for (String number : line.replaceAll("[\\[\\] ]", "").split(",")) {
              trials += told.add(Integer.parseInt(number)) ? 1 : 0;
            }
          }
        }
        Thread.sleep(7L * round);
        kills += child.isAlive() && line != null ? 1 : 0;
        child.destroyForcibly().waitFor();
      }
      try (Connection sql = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        assertEquals("ok", sql.createStatement().executeQuery("pragma integrity_check").getString(1));
        Set<Integer> stored = new TreeSet<>();
        ResultSet rows = sql.createStatement()
            .executeQuery("select number from trial where status != 'RUNNING'");
        while (rows.next()) {
          stored.add(rows.getInt(1));
        }
        assertTrue(stored.containsAll(told), "told " + told + ", stored " + stored);
        if (stored.size() == 24) {
          break;
        }
      }
    }
    assertTrue(kills >= 4, kills + " kills");
    try (TrialStore store = TrialStore.open(file, TUNER, "killed")) {
      assertEquals(plain(Sweep.of(TUNER, 24, EXPERIMENT).seed(Seed.of(2)).run()), plain(store.trials()));
    }
  }
}
