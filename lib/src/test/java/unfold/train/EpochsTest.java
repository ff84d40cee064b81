package unfold.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import unfold.Jvm;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;
import unfold.net.Initializers;
import unfold.net.Network;
import unfold.task.Adding;
import unfold.task.CopyMemory;
import unfold.task.Score;
import unfold.task.SequenceSet;
import unfold.task.TestSet;
import unfold.task.TextStream;
import unfold.task.TextStream.Carry;
import unfold.task.TrainingSet;

class EpochsTest {
  private static final Seed SEED = Seed.of(1);
  private static final Adding ADDING = Adding.of(4);
  private static final Architecture SUM = Network.inputs(2).layer(McrmCells.gru(), 8).readout(1)
      .loss(Loss.SQUARED_ERROR).architecture();
  /** Reads a text of three symbols. */
  private static final Architecture READER = Network.inputs(3).embedded(4).layer(McrmCells.lstm(), 4).readout(3)
      .loss(Loss.SOFTMAX_CROSS_ENTROPY).architecture();
  private static final int[] SYMBOLS = IntStream.range(0, 41).map(t -> t * t % 7 % 3).toArray();
  private static final TextStream TEXT = TextStream.of(SYMBOLS, 3, 2, 8);
  private static final SequenceSet TRAIN = ADDING.set(203, SEED.split("train"));
  private static final SequenceSet TEST = ADDING.set(50, SEED.split("test"));
  private static final TrainingSet SHUFFLED = TRAIN.shuffled(10, SEED.split("order"));
  private static final Epochs ADAM = Epochs.with(Training.with(Optimizer.adam()).clip(0.5))
      .schedule(Schedule.halving(0.01, 2, 1)).measuring("test", TEST);

  static Program program(Architecture a) {
    return new VectorEngine(Precision.FLOAT, 1).compile(a);
  }

  static double[] start(Architecture a) {
    return Network.of(a).initialize(Initializers.mcrm(), SEED).theta();
  }

  /** A history's numbers but for the seconds. */
  static double[] numbers(History history) {
    return history.columns().stream().filter(c -> !c.equals("seconds"))
        .flatMapToDouble(c -> Arrays.stream(history.get(c))).toArray();
  }

  @Test
  void trainsAndMeasuresEpochByEpoch() throws IOException {
    List<Integer> seen = new ArrayList<>();
    try (Program program = program(SUM)) {
      double[] theta = start(SUM);
      Score before = TEST.score(program, theta);
      History history = ADAM.schedule(Schedule.constant(0.02)).watching((updates, total, loss, so) -> {
        assertEquals(20 * 21, total);
        assertEquals((updates - 1) / 21, so.epochs());
        seen.add(updates);
      }).run(20, program, theta, SHUFFLED);
      assertEquals(IntStream.rangeClosed(1, 420).boxed().toList(), seen);
      assertEquals(List.of("epoch", "updates", "rate", "train loss", "test loss", "seconds"),
          history.columns());
      assertEquals(20, history.epochs());
      assertEquals(420, history.last("updates"));
      assertEquals(TEST.score(program, theta).loss(), history.last("test loss"));
      assertTrue(history.last("test loss") < before.loss() / 2, before + " " + history);
      assertTrue(history.last("test loss") < ADDING.baseline() / 2, history.toString());
      assertTrue(history.toString().startsWith("epoch 20, train loss 0."), history.toString());
      assertFalse(history.diverged());
      double[] seconds = history.get("seconds");
      assertTrue(seconds[0] > 0 && seconds[19] > seconds[0]);
    }
  }

  /** The same as a plain training, which knows nothing of epochs. */
  @Test
  void anEpochIsItsUpdates() throws IOException {
    try (Program program = program(SUM)) {
      double[] theta = start(SUM);
      History history = Epochs.with(Training.with(Optimizer.sgd()).rate(update -> 0.1 / (1 + update)))
          .run(2, program, theta, SHUFFLED);
      double[] plain = start(SUM);
      Training training = Training.with(Optimizer.sgd()).rate(update -> 0.1 / (1 + update))
          .start(program, plain)
          .run(42, (run, update) -> SHUFFLED.batch(update / 21, update % 21));
      assertArrayEquals(plain, theta);
      double[] losses = training.losses(0).toArray();
      assertEquals(Arrays.stream(losses, 0, 21).average().getAsDouble(), history.get("train loss")[0], 1e-15);
      assertEquals(0.1 / 22, history.get("rate")[1]);
    }
  }

  /** Along a text states are carried within an epoch, and the next begins at the text's beginning. */
  @Test
  void statesAreCarriedWithinAnEpoch() throws IOException {
    try (Program program = program(READER)) {
      for (TextStream set : new TextStream[] {TEXT, TEXT.counting(5)}) {
        Epochs still = Epochs.with(Training.with(Optimizer.sgd()).rate(update -> 0)).measuring("text", set);
        double[] theta = start(READER);
        History history = still.run(2, program, theta, set);
        double sum = 0;
        double[] carried = null;
        for (int k = 0; k < set.batches(); k++) {
          Batch batch = set.batch(0, k);
          double[] next = new double[2 * READER.stateWidth()];
          sum += program.loss(theta, carried == null ? batch : batch.from(carried), next);
          carried = next;
        }
        assertEquals(sum / set.batches(), history.get("train loss")[0], 1e-6);
        assertEquals(history.get("train loss")[0], history.get("train loss")[1]);
        assertNotEquals(history.get("train loss")[0],
            still.run(1, program, theta, set.carrying(Carry.NONE)).get("train loss")[0], 1e-6);
      }
    }
  }

  /** MCRM's programs do so, even with a last batch that is smaller. */
  @Test
  void statesMayBeCarriedBetweenSequences() throws IOException {
    Training.Settings sgd = Training.with(Optimizer.sgd()).rate(update -> 0);
    try (Program program = program(SUM)) {
      TrainingSet inOrder = TRAIN.inOrder(10);
      History apart = Epochs.with(sgd).run(2, program, start(SUM), inOrder);
      History carried = Epochs.with(sgd.carryingState()).run(2, program, start(SUM), inOrder);
      assertNotEquals(apart.get("train loss")[0], carried.get("train loss")[0]);
      assertEquals(carried.get("train loss")[0], carried.get("train loss")[1]);
    }
  }

  /** Losses as given, whatever the network. */
  private static TestSet losses(double... values) {
    int[] at = {0};
    return (program, theta) -> new Score(values[at[0]++], Double.NaN);
  }

  @Test
  void schedulesSeeTheFirstSetsLosses() throws IOException {
    try (Program program = program(SUM)) {
      History history = Epochs.with(Training.with(Optimizer.sgd())).schedule(Schedule.halving(1, 2, 2))
          .measuring("valid", losses(9, 9, 8, 8.5, 8.5, 8.4, 8.6, 8)).measuring("test", TEST)
          .run(8, program, start(SUM), TRAIN.inOrder(203));
      // Epochs 1 and 2 are spared; 5 and 7 are no better than the worst of the two before.
      assertArrayEquals(new double[] {1, 1, 1, 1, 1, 0.5, 0.5, 0.25}, history.get("rate"));
    }
  }

  @Test
  void schedules() {
    Schedule steps = Schedule.steps(0.4, 0.5, 2, 5);
    assertArrayEquals(new double[] {0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1},
        IntStream.range(0, 7).mapToDouble(e -> steps.rate(e, new double[e])).toArray());
    assertEquals(0.3, Schedule.constant(0.3).rate(99, new double[0]));
    // MCRM's program for words: the sixth epoch is the first that can halve the rate, and looks at all five before.
    double[] flat = new double[20];
    Arrays.fill(flat, 5);
    assertEquals(30, Schedule.halving(30).rate(5, Arrays.copyOf(flat, 5)));
    assertEquals(15, Schedule.halving(30).rate(6, Arrays.copyOf(flat, 6)));
    flat[0] = 6;
    // The worst of the ten before: the first epoch is among them up to the eleventh.
    assertEquals(30, Schedule.halving(30).rate(11, Arrays.copyOf(flat, 11)));
    assertEquals(15, Schedule.halving(30).rate(12, Arrays.copyOf(flat, 12)));
  }

  @Test
  void divergenceEndsIt(@TempDir Path folder) throws IOException {
    Epochs wild = Epochs.with(Training.with(Optimizer.sgd()).rate(1e30)).measuring("test", TEST)
        .checkpointing(folder.resolve("run"), 0);
    try (Program program = program(SUM)) {
      for (int time = 0; time < 2; time++) {
        History history = wild.run(5, program, start(SUM), SHUFFLED);
        assertTrue(history.diverged());
        assertEquals(0, history.epochs());
      }
    }
  }

  @Test
  void interruptedItGoesOnWithTheSameBits(@TempDir Path folder) throws IOException {
    try (Program program = program(SUM)) {
      double[] unbroken = start(SUM);
      History expected = ADAM.run(3, program, unbroken, SHUFFLED);
      Epochs broken = ADAM.checkpointing(folder.resolve("deep/run"), 1e9);
      for (int stop : new int[] {5, 21, 50}) {
        assertThrows(CancellationException.class, () -> broken.watching((updates, total, loss, history) -> {
          if (updates == stop) {
            Thread.currentThread().interrupt();
          }
        }).run(3, program, start(SUM), SHUFFLED));
        assertFalse(Thread.interrupted(), "the flag is taken with the exception");
        assertTrue(Files.exists(folder.resolve("deep/run")));
      }
      double[] theta = start(SUM);
      History history = broken.run(3, program, theta, SHUFFLED);
      assertArrayEquals(unbroken, theta);
      assertArrayEquals(numbers(expected), numbers(history));
      double[] again = start(SUM);
      History complete = broken.watching((updates, total, loss, so) -> assertEquals(0, updates,
          "nothing to do"))
          .run(3, program, again, SHUFFLED);
      assertArrayEquals(unbroken, again);
      assertArrayEquals(history.get("seconds"), complete.get("seconds"));
      double[] longer = start(SUM);
      assertArrayEquals(numbers(ADAM.run(4, program, start(SUM), SHUFFLED)),
          numbers(broken.run(4, program, longer, SHUFFLED)), "more epochs can be asked for");
    }
  }

  @Test
  void checkpointsOfOtherTrainingsAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run");
    try (Program program = program(SUM)) {
      Epochs saved = ADAM.checkpointing(file, 1e9);
      saved.run(2, program, start(SUM), SHUFFLED);
      Training.Settings adam = Training.with(Optimizer.adam()).clip(0.5);
      refused("other parameters", file, saved, SHUFFLED, Network.of(SUM).theta(), "start");
      refused("data", file, saved, ADDING.set(203, SEED).shuffled(10, SEED), start(SUM), "last batch");
      refused("order", file, saved, TRAIN.shuffled(10, SEED), start(SUM), "last batch");
      refused("batch size", file, saved, TRAIN.shuffled(7, SEED), start(SUM), " of 29, ");
      refused("rate", file, saved.schedule(Schedule.constant(0.02)), SHUFFLED, start(SUM),
          "rate 0.01 in epoch 1",
          "0.02");
      refused("sets", file, saved.measuring("more", TEST), SHUFFLED, start(SUM), "other sets");
      refused("clipping", file, Epochs.with(adam.clip(1)).measuring("test", TEST).checkpointing(file, 1),
          SHUFFLED,
          start(SUM), "gradients up to 0.5");
      refused("optimiser", file, Epochs.with(Training.with(Optimizer.adam(0.8, 0.999, 1e-8)).clip(0.5))
          .measuring("test", TEST).checkpointing(file, 1), SHUFFLED, start(SUM), "Adam 0.9", "Adam 0.8");
      IOException e = assertThrows(IOException.class,
          () -> Checkpoint.load(file, adam.start(program, start(SUM))));
      assertTrue(e.getMessage().contains("in epochs"), e.getMessage());
      Checkpoint.save(file, adam.start(program, start(SUM)));
      refused("plain", file, saved, SHUFFLED, start(SUM), "not in epochs");
    }
  }

  /** Their first batch and the number of batches are the same, or even all their numbers. */
  @Test
  void checkpointsOfDataThatBeginAlikeAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run");
    Epochs saved = ADAM.checkpointing(file, 1e9);
    try (Program program = program(SUM)) {
      saved.run(1, program, start(SUM), TRAIN.inOrder(10));
      refused("longer", file, saved, ADDING.set(205, SEED.split("train")).inOrder(10), start(SUM), "last batch");
    }
    int[] otherTail = SYMBOLS.clone();
    otherTail[40] = (otherTail[40] + 1) % 3;
    Epochs reading = Epochs.with(Training.with(Optimizer.sgd())).checkpointing(folder.resolve("text"), 1e9);
    try (Program program = program(READER)) {
      for (TextStream[] pair : new TextStream[][] {{TEXT.counting(5), TEXT.counting(5).carrying(Carry.LAST)},
          {TEXT.counting(6), TEXT}, {TEXT, TextStream.of(otherTail, 3, 2, 8)}}) {
        assertEquals(pair[0].batches(), pair[1].batches());
        Files.deleteIfExists(folder.resolve("text"));
        reading.run(1, program, start(READER), pair[0]);
        String message = assertThrows(IOException.class,
            () -> reading.run(2, program, start(READER), pair[1])).getMessage();
        assertTrue(message.contains("last batch"), message);
      }
    }
  }

  private static void refused(String what, Path file, Epochs epochs, TrainingSet set, double[] theta,
      String... words) {
    double[] before = theta.clone();
    try (Program program = program(SUM)) {
      String message = assertThrows(IOException.class, () -> epochs.run(2, program, theta, set), what)
          .getMessage();
      assertTrue(message.contains(file.toString()), message);
      for (String word : words) {
        assertTrue(message.contains(word), word + " in: " + message);
      }
      assertArrayEquals(before, theta, "nothing is changed");
    }
  }

  // ---- Killed ----

  private static final CopyMemory COPY = CopyMemory.of(3);
  private static final Architecture RECALL = Network.inputs(1).layer(McrmCells.gru(), 6).readout(10)
      .loss(Loss.SOFTMAX_CROSS_ENTROPY).architecture();

  private static Epochs recalling(Path file, double seconds) {
    return Epochs.with(Training.with(Optimizer.rmsProp()).clip(1).carryingState())
        .schedule(Schedule.steps(3e-3, 0.5, 1)).measuring("test", COPY.set(40, SEED.split("test")))
        .checkpointing(file, seconds);
  }

  private static final TrainingSet DIGITS = COPY.set(800, SEED).shuffled(8, SEED);

  /** A life of the training, in a JVM of its own: it goes on from a checkpoint and says each update. */
  public static void main(String[] arguments) throws IOException {
    try (Program program = program(RECALL)) {
      recalling(Path.of(arguments[0]), 0).watching((updates, total, loss, history) -> {
        System.out.println(updates);
        System.out.flush();
      }).run(3, program, start(RECALL), DIGITS);
    }
  }

  /** Killed at some moment in each of its lives, maybe while it writes, it ends as if it had had but one. */
  @Test
  void killedAgainAndAgainItEndsWithTheSameBits(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run");
    int reached = 0;
    Seed.Stream random = SEED.stream("moments");
    for (int life = 0; life < 3; life++) {
      Process process = Jvm.process(EpochsTest.class, file.toString())
          .redirectError(folder.resolve("errors").toFile()).start();
      int updates = 20 + random.nextInt(50);
      int first = 0;
      try (var lines = process.inputReader()) {
        for (int i = 0; i < updates; i++) {
          String line = lines.readLine();
          assertTrue(line != null, () -> "it ended: " + text(folder.resolve("errors")));
          int update = Integer.parseInt(line);
          first = i == 0 ? update : first;
        }
        Thread.sleep(0, random.nextInt(999_999));
        process.destroyForcibly().waitFor();
      }
      // An update that was said was saved but for the last, so the next life begins no earlier than there.
      assertTrue(first >= reached, "update " + first + " where " + reached + " had been made");
      reached = first + updates - 1;
    }
    double[] unbroken = start(RECALL);
    double[] theta = start(RECALL);
    try (Program program = program(RECALL)) {
      History expected = recalling(folder.resolve("other"), 1e9).run(3, program, unbroken, DIGITS);
      History history = recalling(file, 1e9).run(3, program, theta, DIGITS);
      assertEquals(3, history.epochs());
      assertTrue(history.columns().contains("test accuracy"));
      assertArrayEquals(numbers(expected), numbers(history));
    }
    assertArrayEquals(unbroken, theta);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertMessage("different names, but two are 'test'", () -> ADAM.measuring("test", TEST));
    assertMessage("must not be 'train'", () -> ADAM.measuring("train", TEST));
    assertMessage("seconds between checkpoints must be at least 0",
        () -> ADAM.checkpointing(Path.of("x"), -1));
    assertMessage("the number of epochs must be at least 1, but was 0",
        () -> ADAM.run(0, program(SUM), start(SUM), SHUFFLED));
    assertMessage("rate", () -> Schedule.constant(0));
    assertMessage("window must be at least 1, but was 0", () -> Schedule.halving(1, 0, 1));
    assertMessage("spared must be at least 1", () -> Schedule.halving(1, 1, 0));
    assertMessage("an epoch must be at least 0, but was -1", () -> Schedule.steps(1, 0.5, 2, -1));
    assertMessage("loss of each of the 1 epochs before, but has 0: call Epochs.measuring",
        () -> Epochs.with(Training.with(Optimizer.sgd())).schedule(Schedule.halving(1))
            .run(2, program(SUM), start(SUM), TRAIN.inOrder(203)));
    History none = new History(List.of("test"));
    assertMessage("one of [epoch, updates, rate, train loss, test loss, test accuracy, seconds], but was 'a'",
        () -> none.get("a"));
    assertMessage("an epoch must be complete, but none is", () -> none.last("epoch"));
  }

  private static void assertMessage(String words, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }
}
