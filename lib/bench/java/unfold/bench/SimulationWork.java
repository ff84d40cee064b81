package unfold.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.task.FlaggedBits;
import unfold.task.SamplePaths;

/**
 * Random paths of flagged bits run through one or several networks of few units, without a history: what is asked for are
 * the states after the last step. Drawing the bits is part of the work.
 */
final class SimulationWork implements Work {
  private final Architecture architecture;
  private final List<double[]> thetas = new ArrayList<>();
  private final double[] given;
  private final int steps;
  private final int size;
  private final Program program;
  private int calls;

  SimulationWork(Row row) {
    architecture = row.architecture();
    double[] all = row.floats("theta");
    int count = architecture.parameterCount();
    for (int k = 0; k < all.length; k += count) {
      thetas.add(java.util.Arrays.copyOfRange(all, k, k + count));
    }
    given = row.floats("x");
    steps = row.number("steps");
    size = row.number("size");
    program = Engine.forTraining().compile(architecture);
  }

  @Override
  public Map<String, Double> check() {
    int inputs = architecture.inputs();
    int paths = given.length / (steps * inputs);
    Program.Input input = (t, first, count, xBI) ->
        System.arraycopy(given, ((t - 1) * paths + first) * inputs, xBI, 0, count * inputs);
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("square", meanSquare(program.simulate(thetas, null, steps, paths, input)));
    numbers.put("square, own paths", meanSquare(finals()));
    return numbers;
  }

  private static double meanSquare(List<double[]> finals) {
    double sum = 0;
    long count = 0;
    for (double[] states : finals) {
      for (double s : states) {
        sum += s * s;
      }
      count += states.length;
    }
    return sum / count;
  }

  private List<double[]> finals() {
    SamplePaths paths = FlaggedBits.f1b(steps).draw(size, Seed.of(1).split("call").split(calls++));
    return program.simulate(thetas, null, steps, size, paths);
  }

  @Override
  public void reset() {}

  @Override
  public void call() {
    finals();
  }

  @Override
  public void close() {
    program.close();
  }
}
