package unfold.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import unfold.cell.CapacityCells;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;
import unfold.cell.MemoryCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Readout;
import unfold.engine.Loss;
import unfold.net.Network;

/**
 * A row of the table as its folder describes it: the file {@code row.txt} with a line {@code key=value} for each property,
 * and numbers in files of raw little-endian values, {@code .f32} or {@code .i32}.
 */
final class Row {
  private final Path folder;
  private final Properties properties = new Properties();

  Row(Path folder) throws IOException {
    this.folder = folder;
    try (var reader = Files.newBufferedReader(folder.resolve("row.txt"))) {
      properties.load(reader);
    }
  }

  String text(String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException(folder.resolve("row.txt") + " lacks the property '" + key + "'");
    }
    return value;
  }

  int number(String key) {
    return Integer.parseInt(text(key));
  }

  double real(String key) {
    return Double.parseDouble(text(key));
  }

  boolean has(String key) {
    return properties.containsKey(key);
  }

  /** How many steps count in the loss, the last of a sequence. */
  int counted() {
    return text("at").equals("last") ? 1 : number(has("counted") ? "counted" : "steps");
  }

  Architecture architecture() {
    int units = number("units");
    Network.Builder builder = Network.inputs(number("inputs"));
    if (has("embedding")) {
      builder.embedded(number("embedding"));
    }
    if (has("projected")) {
      builder.projected();
    }
    builder.layers(number("depth"), cell(), units);
    if (has("start")) {
      builder.learnedInitialState();
    }
    if (has("outputs")) {
      builder.readout(has("tied") ? Readout.tied(number("outputs")) : Readout.linear(number("outputs"))).loss(loss());
    }
    return builder.architecture();
  }

  private Loss loss() {
    return switch (text("loss")) {
      case "squared" -> Loss.SQUARED_ERROR;
      case "softmax" -> Loss.SOFTMAX_CROSS_ENTROPY;
      case "logistic" -> Loss.LOGISTIC;
      default -> throw new IllegalArgumentException(
          "loss must be squared, softmax or logistic, but was " + text("loss"));
    };
  }

  private Cell cell() {
    return switch (text("cell")) {
      case "RNN" -> McrmCells.rnn();
      case "GRU" -> McrmCells.gru();
      case "LSTM" -> McrmCells.lstm();
      case "NLSTM" -> McrmCells.nlstm();
      case "MCRM" -> McrmCells.mcrm();
      case "UGRNN" -> CapacityCells.ugrnn(Expr::tanh, real("forgetBias"));
      case "+RNN" -> CapacityCells.plusRnn(real("forgetBias"));
      case "PRU" -> F1bCells.pru();
      case "peephole LSTM" -> F1bCells.lstm();
      case "F1B tanh" -> F1bCells.rnn();
      case "memory RNN" -> MemoryCells.rnn();
      case "F1B clamp" -> F1bCells.rnn(Expr::clamp);
      default -> throw new IllegalArgumentException("the benchmark knows no cell '" + text("cell") + "'");
    };
  }

  double[] floats(String name) {
    ByteBuffer bytes = read(name + ".f32");
    double[] values = new double[bytes.remaining() / Float.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
    return values;
  }

  int[] ints(String name) {
    ByteBuffer bytes = read(name + ".i32");
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private ByteBuffer read(String file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void write(String name, double[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    Files.write(folder.resolve(name + ".f32"), bytes.array());
  }

  void write(String name, int[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    Files.write(folder.resolve(name + ".i32"), bytes.array());
  }

  void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }
}
