package unfold.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import unfold.Seed;
import unfold.cell.Cell;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.engine.vector.PeakRate;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;
import unfold.net.Initializers;
import unfold.net.Network;
import unfold.plot.Chart;
import unfold.plot.Draw;
import unfold.plot.Palette;
import unfold.plot.PlotlyJson;
import unfold.plot.Share;

/**
 * How the time of a loss and its gradient grows with the number of steps, sequences, units and layers, on one
 * thread, beside the time that the matrix products would take at the best rate: {@code java ... unfold.bench.Growth
 * FOLDER [SECONDS]} writes growth.csv and the figure's growth.json. A point is measured twice for so many seconds,
 * 0.3 unless they are given; the faster one counts, since what is new to the JIT may make it compile again what it
 * has compiled.
 */
public final class Growth {
  /** No number of units, so that a matrix of as many columns is an input's. */
  private static final int INPUTS = 3;
  private static final int FEWEST_CALLS = 3;
  /** How much longer than a point each cell's program is run beforehand, for the JIT. */
  private static final int WARMING = 8;

  /** What is measured. */
  private record Size(int steps, int sequences, int units, int layers) {}

  /** A panel: what grows, and each network's size at a value. */
  private record Panel(String name, int[] values, Function<Integer, Size> size) {}

  private static final List<Panel> PANELS = List.of(
      new Panel("steps T", new int[] {3, 10, 30, 100, 300, 1000}, v -> new Size(v, 32, 128, 1)),
      new Panel("sequences B", new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}, v -> new Size(100, v, 128, 1)),
      new Panel("units n", new int[] {8, 16, 32, 64, 128, 256, 512, 1024}, v -> new Size(100, 32, v, 1)),
      new Panel("layers", new int[] {1, 2, 4, 8}, v -> new Size(100, 32, 128, v)));
  private static final List<Cell> CELLS = List.of(McrmCells.rnn(), McrmCells.gru(), McrmCells.lstm());

  private final double seconds;
  private final double rate = PeakRate.measure();
  private final StringBuilder csv =
      new StringBuilder("grows,value,cell,steps,sequences,units,layers,ms,products_ms\n");

  private Growth(double seconds) {
    this.seconds = seconds;
  }

  /** Measures and writes. */
  public static void main(String[] arguments) throws IOException {
    Growth growth = new Growth(arguments.length > 1 ? Double.parseDouble(arguments[1]) : 0.3);
    Path folder = Path.of(arguments[0]);
    Chart chart = growth.chart();
    Files.writeString(folder.resolve("growth.csv"), growth.csv);
    Files.writeString(folder.resolve("growth.json"), PlotlyJson.string(chart));
  }

  private Chart chart() {
    for (Cell cell : CELLS) {
      measure(cell, new Size(30, 32, 64, 2), WARMING * seconds);
    }
    double[][][] first = times();
    double[][][] second = times();
    String note = String.format(Locale.ROOT, "Where it does not vary: T = 100, B = 32, n = 128, one layer; 3 inputs, "
        + "one output at the last step, one thread.<br>Dashed: the products' floating-point operations at "
        + "%.0f GFLOP/s, the most that the library's own product reaches (%s).", rate / 1e9, PeakRate.SIZE);
    Chart chart = Chart.grid(2, 2).title("Time of a loss and its gradient").shareY(Share.ALL).logX().logY()
        .y("milliseconds").size(900, 720).note(note);
    for (int p = 0; p < PANELS.size(); p++) {
      Panel panel = PANELS.get(p);
      double[] ticks = Arrays.stream(panel.values()).asDoubleStream().toArray();
      chart.panel(p / 2, p % 2, edit -> edit.x(panel.name()).xTicks(ticks));
      for (int c = 0; c < CELLS.size(); c++) {
        Cell cell = CELLS.get(c);
        double[] times = new double[ticks.length];
        double[] products = new double[ticks.length];
        for (int v = 0; v < ticks.length; v++) {
          Size size = panel.size().apply(panel.values()[v]);
          times[v] = Math.min(first[p][c][v], second[p][c][v]);
          products[v] = 1e3 * operations(architecture(cell, size), size) / rate;
          csv.append(String.format(Locale.ROOT, "%s,%d,%s,%d,%d,%d,%d,%.6g,%.6g%n", panel.name(),
              panel.values()[v], cell.name(), size.steps(), size.sequences(), size.units(), size.layers(), times[v],
              products[v]));
        }
        chart.add(p / 2, p % 2,
            Draw.line(ticks, times).name(cell.name()).color(Palette.series(c)).markers(5),
            Draw.line(ticks, products).name(cell.name() + ", products alone").color(Palette.series(c))
                .dash("dash").width(1.2));
      }
    }
    return chart;
  }

  /** Returns the milliseconds of all points, by panel, cell and value. */
  private double[][][] times() {
    double[][][] times = new double[PANELS.size()][CELLS.size()][];
    for (int p = 0; p < PANELS.size(); p++) {
      Panel panel = PANELS.get(p);
      for (int c = 0; c < CELLS.size(); c++) {
        Cell cell = CELLS.get(c);
        times[p][c] = Arrays.stream(panel.values())
            .mapToDouble(value -> measure(cell, panel.size().apply(value), seconds)).toArray();
        System.out.printf("%s %s, %s: %s ms%n", panel.name(), Arrays.toString(panel.values()), cell.name(),
            Arrays.stream(times[p][c]).mapToObj(time -> String.format(Locale.ROOT, "%.3g", time)).toList());
      }
    }
    return times;
  }

  private static Architecture architecture(Cell cell, Size size) {
    return Network.inputs(INPUTS).layers(size.layers(), cell, size.units()).readout(Readout.linear(1))
        .loss(Loss.SQUARED_ERROR).architecture();
  }

  /** Returns the milliseconds of a call: the median over the later half of the calls in so many seconds. */
  private static double measure(Cell cell, Size size, double seconds) {
    Architecture a = architecture(cell, size);
    double[] theta = Network.of(a).initialize(Initializers.pytorch(), Seed.of(1)).theta();
    double[] gradient = new double[theta.length];
    double[] x = numbers(size.steps() * size.sequences() * INPUTS, "x");
    Batch batch = Batch.of(size.steps(), size.sequences(), x).towardsLast(numbers(size.sequences(), "y"));
    List<Double> times = new ArrayList<>();
    try (Program program = new VectorEngine(Precision.FLOAT, 1).compile(a)) {
      double spent = 0;
      while (spent < seconds || times.size() < FEWEST_CALLS) {
        long start = System.nanoTime();
        program.gradient(theta, batch, gradient, null);
        times.add((System.nanoTime() - start) * 1e-6);
        spent += times.get(times.size() - 1) * 1e-3;
      }
    }
    double[] steady = times.stream().skip(times.size() / 2).mapToDouble(Double::doubleValue).sorted().toArray();
    return steady[steady.length / 2];
  }

  /**
   * Returns the operations of the products: one for the outputs, one for the matrix's gradient and, but for the
   * inputs, one for the operand's. At the first step the states are zero.
   */
  private static double operations(Architecture a, Size size) {
    double products = 0;
    for (Block block : a.blocks()) {
      if (block.columns() == INPUTS) {
        products += 2.0 * block.size() * size.steps();
      } else if (block.columns() > 1 && block.layer() < size.layers()) {
        products += 3.0 * block.size() * (size.steps() - 1);
      }
    }
    return 2 * products * size.sequences();
  }

  private static double[] numbers(int count, String name) {
    Seed.Stream random = Seed.of(1).stream(name);
    double[] numbers = new double[count];
    Arrays.setAll(numbers, i -> random.nextGaussian());
    return numbers;
  }
}
