package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.net.Initializers;
import unfold.net.Network;

class AutocorrelationTimeTest {

  /** x_t = phi x_{t-1} + noise, from its own distribution on. */
  private static double[] autoregressive(double phi, int steps, String name) {
    Seed.Stream random = Seed.of(1).stream(name);
    double[] x = new double[steps];
    x[0] = random.nextGaussian() / Math.sqrt(1 - phi * phi);
    for (int t = 1; t < steps; t++) {
      x[t] = phi * x[t - 1] + random.nextGaussian();
    }
    return x;
  }

  /** The estimate's standard deviation is tau sqrt(2 (2 M + 1) / N) (Sokal, equation 3.19). */
  @Test
  void autoregressiveTracesHaveTheirKnownTime() {
    for (double phi : new double[] {-0.5, 0, 0.5, 0.9, 0.97}) {
      AutocorrelationTime tau = AutocorrelationTime.of(autoregressive(phi, 400_000, "trace"));
      double known = (1 + phi) / (1 - phi);
      double upToTheWindow = known - 2 * Math.pow(phi, tau.window() + 1) / (1 - phi);
      double deviation = known * Math.sqrt(2 * (2 * tau.window() + 1) / 400_000.0);
      assertEquals(upToTheWindow, tau.time(), 5 * deviation, "phi = " + phi);
      assertEquals(known, upToTheWindow, 0.001 * known + 0.021, "what is beyond the window");
      assertEquals(Math.max(5, 5 * tau.time()), tau.window(), 1);
      assertTrue(tau.reliable());
    }
  }

  @Test
  void severalSequencesAreOneProcess() {
    double[][] many = IntStream.range(0, 200).mapToObj(b -> autoregressive(0.9, 2000, "trace " + b))
        .toArray(double[][]::new);
    AutocorrelationTime tau = AutocorrelationTime.of(many);
    assertEquals(19, tau.time(), 3);
    assertEquals(400_000, tau.length());
    double[][] levels = {autoregressive(0, 500, "low"), autoregressive(0, 500, "high")};
    levels[1] = Arrays.stream(levels[1]).map(v -> v + 100).toArray();
    assertTrue(AutocorrelationTime.of(levels).time() > 50,
        "what differs from sequence to sequence never changes in one");
  }

  @Test
  void theSumIsOverLagsUpToTheWindow() {
    double[] x = {1, 2, 4, 3, 1, 0, 2, 3, 5, 4, 2, 2};
    double mean = Arrays.stream(x).average().getAsDouble();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    AutocorrelationTime tau = AutocorrelationTime.of(x);
    double sum = 1;
    for (int k = 1; k <= 11; k++) {
      boolean goesOn = k - 1 < 5 * Math.max(sum, 1);
      assertEquals(goesOn, k <= tau.window(), "lag " + k);
      double covariance = 0;
      for (int t = k; goesOn && t < 12; t++) {
        covariance += (x[t] - mean) * (x[t - k] - mean);
      }
      sum += 2 * covariance / variance;
    }
    assertEquals(sum, tau.time(), 1e-13);
    double[] moved = Arrays.stream(x).map(v -> 7 - 3 * v).toArray();
    assertEquals(tau.time(), AutocorrelationTime.of(moved).time(), 1e-13, "whatever offset and scale");
  }

  @Test
  void constantAndShortTraces() {
    double[] constant = new double[100];
    Arrays.fill(constant, 0.1);
    AutocorrelationTime none = AutocorrelationTime.of(constant);
    assertTrue(Double.isNaN(none.time()));
    assertFalse(none.reliable());
    double[] ramp = IntStream.range(0, 100).asDoubleStream().toArray();
    AutocorrelationTime slow = AutocorrelationTime.of(ramp);
    assertTrue(slow.time() > 5 && !slow.reliable(), slow.toString());
    assertTrue(AutocorrelationTime.of(new double[] {1, -1}).time() < 1);
  }

  /** Each unit of a vanilla RNN keeps phi of its own state: as slow as told. */
  @Test
  void unitsAreSortedByTheirTimes() {
    int steps = 4000;
    Network net = Network.inputs(1).layer(McrmCells.rnn(), 4).build().set("W_xh", 1e-3, 1e-3, 0, 1e-3)
        .set("W_hh", 0.5, 0, 0, 0, 0, 0.95, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.5);
    Batch batch = Batch.of(steps, 2, Seed.of(3).stream("noise").doubles(2 * steps, -1, 1).toArray());
    UnitTraces traces = UnitTraces.of(net, "1.h", batch);
    assertEquals(4, traces.units());
    double[] times = traces.times();
    assertEquals(3, times[0], 0.6);
    assertEquals(39, times[1], 16);
    assertTrue(Double.isNaN(times[2]), "it never moves");
    assertEquals(1 / 3.0, times[3], 0.1);
    assertArrayEquals(new int[] {1, 0, 3}, traces.slowest(4));
    assertArrayEquals(new int[] {3, 0}, traces.fastest(2));
    assertEquals(times[1], traces.time(1).time());
  }

  @Test
  void tracesAreTheNetworksStates() {
    Network net = Network.inputs(2).layers(2, McrmCells.nlstm(), 3).build()
        .initialize(Initializers.pytorch(), Seed.of(1));
    Batch batch = Batch.of(5, 2, Seed.of(3).stream("x").doubles(20, -1, 1).toArray());
    try (Program program = new Interpreter().compile(net.architecture())) {
      double[] sTBS = program.run(net.theta(), batch, true).sTBS();
      double[][] traces = UnitTraces.of(net, "2.s", batch).map(StrictMath::tanh).sequence(1);
      for (int n = 0; n < 3; n++) {
        for (int t = 0; t < 5; t++) {
          assertEquals(Math.tanh(sTBS[(t * 2 + 1) * 18 + 15 + n]), traces[n][t], 1e-12);
        }
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertMessage("the number of steps must be at least 2, but was 1",
        () -> AutocorrelationTime.of(new double[1]));
    assertMessage("the number of sequences must be at least 1, but was 0", () -> AutocorrelationTime.of());
    assertMessage("a sequence must hold 2 numbers, but holds 3",
        () -> AutocorrelationTime.of(new double[2], new double[3]));
    assertMessage("a sequence[1] must be finite, but was NaN",
        () -> AutocorrelationTime.of(new double[] {0, Double.NaN}));
    Network net = Network.inputs(1).layer(McrmCells.lstm(), 2).build();
    assertMessage("a state's name must be one of [1.h, 1.c], but was 'c'",
        () -> UnitTraces.of(net, "c", Batch.of(2, 1, new double[2])));
  }

  private static void assertMessage(String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
