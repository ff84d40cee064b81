package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import unfold.Goldens;
import unfold.cell.Cell;
import unfold.cell.McrmCells;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Readout;
import unfold.engine.djl.DjlEngine;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;
import unfold.net.Network;

/**
 * RNN, GRU, LSTM and a language model with a tied embedding against PyTorch's own modules: what our equations
 * compute, theirs do, gate by gate.
 */
class PyTorchTest {
  /** How far each engine's numbers may be from PyTorch's in double precision. */
  private static final Map<Engine, Double> ENGINES = Map.of(
      DjlEngine.inDouble(), 1e-13, DjlEngine.inFloat(), 1e-6,
      new VectorEngine(Precision.DOUBLE, 2), 1e-13, new VectorEngine(Precision.FLOAT, 2), 1e-6);

  @TestFactory
  Stream<DynamicTest> modules() {
    return StreamSupport.stream(Goldens.read("pytorch-goldens.json").get("cells").spliterator(), false)
        .flatMap(golden -> ENGINES.entrySet().stream().map(engine -> DynamicTest.dynamicTest(
            golden.get("kind").asText() + (golden.has("indices") ? ", embedded and tied" : "") + ", depth "
                + golden.get("depth") + ", " + engine.getKey().name(),
            () -> check(golden, engine.getKey(), engine.getValue()))));
  }

  private static void check(JsonNode golden, Engine engine, double tolerance) {
    int units = golden.get("units").asInt();
    boolean embedded = golden.has("indices");
    int outputs = golden.get("outputs").asInt();
    Network.Builder builder = Network.inputs(golden.get("inputs").asInt())
        .layers(golden.get("depth").asInt(), cell(golden.get("kind").asText()), units)
        .readout(embedded ? Readout.tied(outputs) : Readout.linear(outputs)).loss(Loss.SOFTMAX_CROSS_ENTROPY);
    Network net = (embedded ? builder.embedded(units) : builder).build();
    ours(golden, golden.get("parameters")).forEach(net::set);
    int steps = golden.get("steps").asInt();
    int size = golden.get("batch").asInt();
    Batch batch = (embedded ? Batch.of(steps, size, integers(golden.get("indices")))
        : Batch.of(steps, size, Goldens.numbers(golden.get("x")))).towards(integers(golden.get("classes")));
    try (Program program = engine.compile(net.architecture())) {
      assertArrayEquals(Goldens.numbers(golden.get("y")), program.run(net.theta(), batch, false).yTBO(), tolerance);
      double[] gradient = new double[net.theta().length];
      assertEquals(golden.get("loss").asDouble(), program.gradient(net.theta(), batch, gradient, null),
          tolerance);
      Map<String, double[]> expected = ours(golden, golden.get("gradients"));
      for (Block b : net.architecture().blocks()) {
        assertArrayEquals(expected.get(b.name()),
            Arrays.copyOfRange(gradient, b.offset(), b.offset() + b.size()), tolerance, b.name());
      }
    }
  }

  private static int[] integers(JsonNode numbers) {
    return Arrays.stream(Goldens.numbers(numbers)).mapToInt(c -> (int) c).toArray();
  }

  private static Cell cell(String kind) {
    return kind.equals("RNN") ? McrmCells.rnn().withBiasPerMatrix()
        : kind.equals("LSTM") ? McrmCells.lstm().withBiasPerMatrix() : McrmCells.gru();
  }

  /** PyTorch stacks the gates of a layer in one matrix; its z is on the old state, the paper's on the new. */
  private static Map<String, double[]> ours(JsonNode golden, JsonNode theirs) {
    Map<String, double[]> ours = new HashMap<>();
    if (theirs.has("embedding.weight")) {
      ours.put("embedding.W", Goldens.numbers(theirs.get("embedding.weight")));
    } else {
      ours.put("readout.W", Goldens.numbers(theirs.get("readout.weight")));
    }
    ours.put("readout.b", Goldens.numbers(theirs.get("readout.bias")));
    String kind = golden.get("kind").asText();
    String[] gates = kind.equals("RNN") ? new String[] {"h"}
        : kind.equals("GRU") ? new String[] {"r", "z", "n"} : new String[] {"i", "f", "c", "o"};
    for (int layer = 0; layer < golden.get("depth").asInt(); layer++) {
      for (String from : new String[] {"i", "h"}) {
        double[] weights = Goldens.numbers(theirs.get("weight_" + from + "h_l" + layer));
        double[] biases = Goldens.numbers(theirs.get("bias_" + from + "h_l" + layer));
        for (int g = 0; g < gates.length; g++) {
          double sign = gates[g].equals("z") ? -1 : 1;
          String prefix = (layer + 1) + ".";
          String operand = from.equals("i") ? "x" : "h";
          String weight = "W_" + (kind.equals("GRU") ? from : operand) + gates[g];
          String bias = kind.equals("GRU") ? "b_" + from + gates[g] : "b_" + gates[g] + operand;
          ours.put(prefix + weight, part(weights, g, gates.length, sign));
          ours.put(prefix + bias, part(biases, g, gates.length, sign));
        }
      }
    }
    return ours;
  }

  private static double[] part(double[] stacked, int gate, int gates, double sign) {
    int size = stacked.length / gates;
    return Arrays.stream(stacked, gate * size, (gate + 1) * size).map(v -> sign * v).toArray();
  }
}
