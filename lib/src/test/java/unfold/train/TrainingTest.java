package unfold.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import unfold.Goldens;
import unfold.Seed;
import unfold.cell.F1bCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.engine.djl.DjlEngine;
import unfold.net.Initializers;
import unfold.net.Network;

class TrainingTest {
  private static final int STEPS = 5;
  private static final int SIZE = 16;

  /** Remembers the sign of its first input; the others are zero. */
  private static final Architecture NETWORK = Network.inputs(1).layer(F1bCells.gru(), 4).readout(1)
      .loss(Loss.LOGISTIC).architecture();

  private static Batch batch(int run, int update) {
    Seed.Stream random = Seed.of(3).split(run).split(update).stream("data");
    double[] x = Arrays.copyOf(random.doubles(SIZE, -1, 1).toArray(), STEPS * SIZE);
    return Batch.of(STEPS, SIZE, x).towardsLast(Arrays.stream(x, 0, SIZE).map(v -> v > 0 ? 1 : 0).toArray());
  }

  private static double[] start(int seed) {
    return Network.of(NETWORK).initialize(Initializers.pytorch(), Seed.of(seed)).theta();
  }

  private static final Training.Settings ADAM = Training.with(Optimizer.adam()).rate(0.02);

  @TestFactory
  Stream<DynamicTest> optimisersFollowPyTorch() {
    JsonNode goldens = Goldens.read("pytorch-goldens.json");
    Map<String, Optimizer> optimisers = Map.of("sgd", Optimizer.sgd(), "momentum", Optimizer.momentum(0.9),
        "rmsprop", Optimizer.rmsProp(), "adam", Optimizer.adam());
    return StreamSupport.stream(goldens.get("optimisers").spliterator(), false).map(golden -> {
      double limit = golden.get("limit").asDouble(Double.POSITIVE_INFINITY);
      boolean clips = limit < Double.POSITIVE_INFINITY;
      return DynamicTest.dynamicTest(golden.get("name").asText() + (clips ? ", clipped" : ""), () -> {
        double[] theta = new double[6];
        double rate = goldens.get("rate").asDouble();
        Optimizer.Steps steps = optimisers.get(golden.get("name").asText()).start(6);
        int clipped = 0;
        for (int step = 1; step <= 1000; step++) {
          double[] gradient = new double[6];
          for (int i = 0; i < 6; i++) {
            gradient[i] = 2 * (i + 1) * (theta[i] - i) - 3 * Math.sin(3 * theta[i]);
          }
          clipped += Gradients.clipByGlobalNorm(gradient, limit) > limit ? 1 : 0;
          steps.step(theta, gradient, clips && step > 300 ? rate / 2 : rate);
          JsonNode expected = golden.get("theta").get(Integer.toString(step));
          if (expected != null) {
            for (int i = 0; i < 6; i++) {
              // PyTorch clips to a norm that is lower by one part in 10^6 of the norm before.
              double e = expected.get(i).asDouble();
              assertEquals(e, theta[i], clips ? 1e-5 * Math.abs(e) : 1e-9, "theta " + i + ", step " + step);
            }
          }
        }
        assertEquals(golden.get("clipped").asInt(), clipped, "gradients longer than the limit");
      });
    });
  }

  @Test
  void clippingFollowsPyTorch() {
    JsonNode golden = Goldens.read("pytorch-goldens.json").get("clip");
    double[] gradient = Goldens.numbers(golden.get("gradient"));
    double norm = Gradients.clipByGlobalNorm(gradient, golden.get("limit").asDouble());
    assertEquals(golden.get("norm").asDouble(), norm, 1e-14);
    // PyTorch divides by norm + 1e-6.
    assertArrayEquals(Goldens.numbers(golden.get("clipped")), gradient, 1e-6);
    assertEquals(0.5, Gradients.norm(gradient), 1e-14);
  }

  @Test
  void learns() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      Training training = ADAM.start(program, List.of(start(1), start(2)))
          .run(1000, TrainingTest::batch, (run, losses) -> losses.mean(10) < 0.2);
      for (int run = 0; run < 2; run++) {
        assertTrue(training.losses(run).toArray()[0] > 0.5);
        assertEquals(Training.Status.SOLVED, training.status(run), "run " + run);
      }
      assertNotEquals(training.losses(0).last(), training.losses(1).last());
    }
  }

  /** A language model of a text that goes round: each batch goes on where the one before ended. */
  @Test
  void anEmbeddingLearnsWithTheReadoutTiedToIt() {
    int symbols = 5;
    Network net = Network.inputs(symbols).embedded(8).layer(F1bCells.gru(), 8).readout(Readout.tied(symbols))
        .loss(Loss.SOFTMAX_CROSS_ENTROPY).build().initialize(Initializers.mcrmPennTreebank(), Seed.of(1));
    double[] before = net.get("embedding.W");
    try (Program program = DjlEngine.inFloat().compile(net.architecture())) {
      Training training = ADAM.carryingState().start(program, net.theta()).run(150, (run, update) -> {
        int[] text = IntStream.rangeClosed(0, 4).map(t -> (4 * update + t) % symbols).toArray();
        return Batch.of(4, 1, Arrays.copyOf(text, 4)).towards(Arrays.copyOfRange(text, 1, 5));
      });
      assertEquals(Math.log(symbols), training.losses(0).toArray()[0], 0.05);
      assertTrue(training.losses(0).last() < 0.1, "loss " + training.losses(0).last());
      assertNotEquals(before[0], net.get("embedding.W")[0]);
    }
  }

  @Test
  void clipsBeforeTheStep() {
    try (Program program = DjlEngine.inDouble().compile(NETWORK)) {
      double[] before = start(1);
      double[] after = before.clone();
      Training.with(Optimizer.sgd()).rate(1).clip(1e-3).start(program, after).run(1, TrainingTest::batch);
      double moved = 0;
      for (int i = 0; i < before.length; i++) {
        moved += (after[i] - before[i]) * (after[i] - before[i]);
      }
      assertEquals(1e-3, Math.sqrt(moved), 1e-12);
    }
  }

  /** Before clipping: the step is as long as the clipped sum of both. */
  @Test
  void l2DrawsParametersTowardsZeroAndIsClippedWithTheGradient() {
    try (Program program = DjlEngine.inDouble().compile(NETWORK)) {
      double[] before = start(1);
      double[] gradient = new double[before.length];
      double loss = program.gradient(before, batch(0, 0), gradient, null);
      double[] after = before.clone();
      Training.Settings settings = Training.with(Optimizer.sgd()).rate(0.5).l2(0.3);
      Training training = settings.start(program, after).run(1, TrainingTest::batch);
      assertEquals(loss, training.losses(0).last(), 1e-14, "the loss is that without it");
      for (int i = 0; i < before.length; i++) {
        assertEquals(before[i] - 0.5 * (gradient[i] + 0.3 * before[i]), after[i], 1e-14);
      }
      double[] clipped = before.clone();
      settings.clip(1e-2).start(program, clipped).run(1, TrainingTest::batch);
      double moved = 0;
      for (int i = 0; i < before.length; i++) {
        moved += (clipped[i] - before[i]) * (clipped[i] - before[i]);
      }
      assertEquals(0.5e-2, Math.sqrt(moved), 1e-12);
    }
  }

  @Test
  void theRateDecaysByItsFactorOverAllUpdates() {
    IntToDoubleFunction rate = ADAM.decayingRate(0.1, 1e-2, 1000).rate();
    assertEquals(0.1, rate.applyAsDouble(0));
    assertEquals(0.01, rate.applyAsDouble(500), 1e-15);
    assertEquals(0.001, rate.applyAsDouble(1000), 1e-15);
    assertEquals(Math.pow(rate.applyAsDouble(1), 2), rate.applyAsDouble(0) * rate.applyAsDouble(2), 1e-15);
  }

  /** After two steps each of the four is somewhere else, and the parameter named momentum-like tells. */
  @Test
  void optimisersAreFoundByName() {
    Map<String, Optimizer> expected = Map.of("sgd", Optimizer.sgd(), "momentum", Optimizer.momentum(0.8),
        "rmsprop", Optimizer.rmsProp(0.8, 1e-8), "adam", Optimizer.adam(0.8, 0.999, 1e-8));
    assertEquals(expected.keySet(), Set.copyOf(Optimizer.NAMES));
    expected.forEach((name, optimizer) ->
        assertArrayEquals(twoSteps(optimizer), twoSteps(Optimizer.named(name, 0.8)), name));
    assertEquals(4, expected.values().stream().map(o -> twoSteps(o)[0]).distinct().count());
    assertMessage("adagrad", () -> Optimizer.named("adagrad", 0.5));
    assertMessage("momentum", () -> Optimizer.named("momentum", 1));
  }

  private static double[] twoSteps(Optimizer optimizer) {
    double[] theta = {1, -2};
    Optimizer.Steps steps = optimizer.start(2);
    steps.step(theta, new double[] {0.3, 2}, 0.1);
    steps.step(theta, new double[] {-0.5, 1}, 0.1);
    return theta;
  }

  @Test
  void divergenceEndsOneRunAndLeavesItsParameters() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      double[] bad = start(1);
      bad[0] = Double.NaN;
      double[] before = bad.clone();
      Training training = ADAM.start(program, List.of(bad, start(2))).run(3, TrainingTest::batch);
      assertEquals(Training.Status.DIVERGED, training.status(0));
      assertEquals(1, training.losses(0).count());
      assertArrayEquals(before, bad);
      assertEquals(Training.Status.RUNNING, training.status(1));
      assertEquals(3, training.losses(1).count());
    }
  }

  @Test
  void interruptedThreadStopsAndCanGoOn() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      Training training = ADAM.start(program, start(1));
      assertThrows(CancellationException.class, () -> training.run(10, (run, update) -> {
        if (update == 2) {
          Thread.currentThread().interrupt();
        }
        return batch(run, update);
      }));
      assertFalse(Thread.interrupted(), "the flag is taken with the exception");
      assertEquals(3, training.updates());
      assertEquals(5, training.run(5, TrainingTest::batch).updates());
    }
  }

  @Test
  void carriedStateIsWhereTheBatchBeforeEnded() {
    try (Program program = DjlEngine.inDouble().compile(NETWORK)) {
      double[] theta = start(1);
      double[] carried = program.run(theta, batch(0, 0), false).finalBS();
      double expected = program.loss(theta, batch(0, 1).from(carried));
      Training still = Training.with(Optimizer.sgd()).rate(update -> 0).carryingState().start(program, theta)
          .run(2, TrainingTest::batch);
      assertEquals(expected, still.losses(0).last(), 1e-14);
      assertNotEquals(program.loss(theta, batch(0, 1)), still.losses(0).last());
    }
  }

  @Test
  void resumesWithTheSameBits(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("deep/er/run.bin");
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      Training.Settings settings = ADAM.carryingState().clip(0.5);
      Training unbroken = settings.start(program, List.of(start(1), start(2))).run(30, TrainingTest::batch);
      Training broken = settings.start(program, List.of(start(1), start(2))).run(13, TrainingTest::batch);
      Checkpoint.save(file, broken);
      broken.run(17, TrainingTest::batch);
      Training resumed = settings.start(program, List.of(start(8), start(9)));
      Checkpoint.load(file, resumed);
      assertEquals(13, resumed.updates());
      resumed.run(30, TrainingTest::batch);
      for (int run = 0; run < 2; run++) {
        assertArrayEquals(unbroken.theta(run), resumed.theta(run), 0.0);
        assertArrayEquals(unbroken.losses(run).toArray(), resumed.losses(run).toArray(), 0.0);
      }
    }
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(1, files.count(), "nothing is left beside the checkpoint");
    }
  }

  @Test
  void aTrainingThatIsBrokenOffGoesOnFromItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run.checkpoint");
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      Training unbroken = ADAM.start(program, start(1)).run(20, TrainingTest::batch);
      for (int stop : new int[] {6, 15}) {
        assertThrows(CancellationException.class, () -> ADAM.start(program, start(1)).run(20, TrainingTest::batch, file,
            3, training -> {
              if (training.updates() == stop) {
                throw new CancellationException();
              }
            }));
      }
      assertThrows(CancellationException.class, () -> {
        Thread.currentThread().interrupt();
        ADAM.start(program, start(1)).run(20, TrainingTest::batch, file, 3, training -> { });
      });
      assertMessage("updates must be at least 0, but was -1",
          () -> ADAM.start(program, start(1)).run(-1, TrainingTest::batch, file, 3, training -> { }));
      Training atOnce = ADAM.start(program, start(1))
          .run(20, TrainingTest::batch, file, Integer.MAX_VALUE, training -> { });
      assertArrayEquals(unbroken.theta(0), atOnce.theta(0), 0.0);
      int[] views = {0};
      Training resumed = ADAM.start(program, start(1)).run(20, TrainingTest::batch, file, 3, training -> views[0]++);
      assertEquals(2, views[0], "it went on after update 15");
      assertArrayEquals(unbroken.theta(0), resumed.theta(0), 0.0);
      assertArrayEquals(unbroken.losses(0).toArray(), resumed.losses(0).toArray(), 0.0);
    }
  }

  @Test
  void isSavedOnAnInterruptedThread(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("deep/run.checkpoint");
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      assertThrows(CancellationException.class, () -> ADAM.start(program, start(1)).run(5, TrainingTest::batch, file, 3,
          training -> {
            Thread.currentThread().interrupt();
            throw new CancellationException();
          }));
      Training resumed = ADAM.start(program, start(1));
      Checkpoint.load(file, resumed);
      assertTrue(Thread.interrupted(), "the flag is left to who set it");
      assertEquals(3, resumed.updates());
    }
  }

  /** A rate that is no number would spoil the parameters, which are to be as they were. */
  @Test
  void aRateThatIsNotFiniteIsRefusedBeforeTheUpdate() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      double[] expected = Training.with(Optimizer.sgd()).rate(u -> 1.0 / (5 - u)).start(program, start(1))
          .run(5, TrainingTest::batch).theta(0);
      Training training = Training.with(Optimizer.sgd()).rate(u -> 1.0 / (5 - u)).start(program, start(1));
      assertMessage("the rate must be finite and at least 0, but was Infinity at update 5",
          () -> training.run(10, TrainingTest::batch));
      assertEquals(5, training.updates());
      assertArrayEquals(expected, training.theta(0), 0.0);
      assertMessage("but was -0.5 at update 0",
          () -> ADAM.rate(u -> -0.5).start(program, start(1)).run(1, TrainingTest::batch));
    }
  }

  /** What is frozen neither moves nor counts in the gradient's norm; the others move as they would. */
  @Test
  void frozenParametersStay() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      Training free = ADAM.start(program, start(1)).run(1, TrainingTest::batch);
      Training frozen = ADAM.freezing("readout.W").start(program, start(1)).run(1, TrainingTest::batch);
      Architecture.Block readout = NETWORK.block("readout.W");
      for (int i = 0; i < start(1).length; i++) {
        boolean still = i >= readout.offset() && i < readout.offset() + readout.size();
        assertEquals(still ? start(1)[i] : free.theta(0)[i], frozen.theta(0)[i]);
      }
      String[] all = NETWORK.blocks().stream().map(Architecture.Block::name).toArray(String[]::new);
      Training none = ADAM.clip(1e-3).freezing(all).start(program, start(1)).run(3, TrainingTest::batch);
      assertArrayEquals(start(1), none.theta(0), 0.0);
      assertMessage("nothing", () -> ADAM.freezing("nothing").start(program, start(1)));
    }
  }

  @Test
  void damagedOrForeignCheckpointsAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run.bin");
    Architecture other = Network.inputs(1).layer(F1bCells.pru(), 4).readout(1).loss(Loss.LOGISTIC).architecture();
    try (Program program = DjlEngine.inFloat().compile(NETWORK);
        Program foreign = DjlEngine.inFloat().compile(other)) {
      Checkpoint.save(file, ADAM.start(program, start(1)).run(2, TrainingTest::batch));
      IOException e = assertThrows(IOException.class, () -> Checkpoint.load(file,
          ADAM.start(foreign, Network.of(other).theta())));
      assertTrue(e.getMessage().contains("another network"), e.getMessage());
      e = assertThrows(IOException.class, () -> Checkpoint.load(file,
          Training.with(Optimizer.sgd()).start(program, start(1))));
      assertTrue(e.getMessage().contains("another optimiser"), e.getMessage());
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
      e = assertThrows(IOException.class, () -> Checkpoint.load(file, ADAM.start(program, start(1))));
      assertTrue(e.getMessage().contains("checksum"), e.getMessage());
      Files.write(file, new byte[3]);
      assertThrows(IOException.class, () -> Checkpoint.load(file, ADAM.start(program, start(1))));
    }
  }

  @Test
  void sameSeedSameBits() {
    try (Program program = DjlEngine.inFloat().compile(NETWORK)) {
      double[] first = ADAM.start(program, start(1)).run(20, TrainingTest::batch).theta(0);
      double[] again = ADAM.start(program, start(1)).run(20, TrainingTest::batch).theta(0);
      double[] other = ADAM.start(program, start(2)).run(20, TrainingTest::batch).theta(0);
      assertArrayEquals(first, again, 0.0);
      assertNotEquals(first[0], other[0]);
    }
  }

  @Test
  void badSettingsAreNamed() {
    assertMessage("rate", () -> ADAM.rate(0));
    assertMessage("rate", () -> ADAM.rate(Double.NaN));
    assertMessage("limit", () -> ADAM.clip(0));
    assertMessage("l2", () -> ADAM.l2(-1));
    assertMessage("limit must be above 0, but was NaN",
        () -> new Training.Settings(Optimizer.sgd(), u -> 1, Double.NaN, false, 0, List.of()));
    assertMessage("l2 must be finite and at least 0, but was -3.0",
        () -> new Training.Settings(Optimizer.sgd(), u -> 1, 1, false, -3, List.of()));
    assertMessage("there must be an optimiser and a rate", () -> ADAM.rate(null));
    assertMessage("factor", () -> ADAM.decayingRate(0.1, 0, 10));
    assertMessage("momentum", () -> Optimizer.momentum(1));
    assertMessage("beta2", () -> Optimizer.adam(0.9, 1.5, 1e-8));
    assertMessage("epsilon", () -> Optimizer.rmsProp(0.9, 0));
  }

  private static void assertMessage(String word, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(word), message);
  }
}
