package unfold.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import unfold.analysis.SlowPoint;
import unfold.analysis.SlowPoints;
import unfold.net.Network;

/** The fixed points of a trained network, from starts that are given, each with its Jacobian and its eigenvalues. */
final class SlowPointsWork implements Work {
  private final SlowPoints.Search search;

  SlowPointsWork(Row row) {
    search = SlowPoints.of(Network.of(row.architecture(), row.floats("theta"))).starts(row.floats("starts"));
  }

  @Override
  public Map<String, Double> check() {
    List<SlowPoint> found = search.find().fixed();
    List<SlowPoint> attractors = found.stream().filter(point -> point.unstable() == 0).toList();
    double squares = 0;
    for (SlowPoint attractor : attractors) {
      for (double s : attractor.stateS()) {
        squares += s * s;
      }
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("points", (double) found.size());
    numbers.put("attractors", (double) attractors.size());
    numbers.put("attractors' squares", squares);
    return numbers;
  }

  @Override
  public void reset() {}

  @Override
  public void call() {
    search.find();
  }

  @Override
  public void close() {}
}
