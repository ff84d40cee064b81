package unfold.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.Seed;

/**
 * Finds the settings of the greatest expected improvement: many are drawn, from the whole space and around
 * the best trials; from the best of them, and from some of the whole space at random, the likelier the
 * better, a quasi-Newton method climbs in the numbers, and the words and whole numbers are changed one by
 * one as long as that helps.
 */
final class Acquisition {
  private static final int DRAWS = 1000;
  private static final int CENTRES = 5;
  private static final int NEIGHBOURS = 40;
  /** How many climbs begin at the best drawn from the whole space, there at random, and at the best of all. */
  private static final int BEST_ANYWHERE = 2;
  private static final int RANDOM_ANYWHERE = 4;
  private static final int BEST = 4;
  private static final int ROUNDS = 3;
  private static final double LONGEST_STEP = 0.3;
  private static final double TOLERANCE = 1e-4;
  private static final int STEPS = 40;
  /** Where a climb begins at least from each wall, on which its slope is zero. */
  private static final double MARGIN = 1e-3;

  private final SearchSpace space;
  private final GaussianProcess process;
  private final double best;
  private final Set<Settings> tried;
  /** All that were evaluated, untried, with the logarithm of expected improvement. */
  private final Map<Settings, Double> values = new LinkedHashMap<>();

  /**
   * Prepares a search.
   *
   * @param best the value to be improved on, as the process sees values
   * @param tried settings that must not be found
   */
  Acquisition(SearchSpace space, GaussianProcess process, double best, Set<Settings> tried) {
    this.space = space;
    this.process = process;
    this.best = best;
    this.tried = tried;
  }

  /**
   * Returns the settings found; null if all that were seen had been tried.
   *
   * @param centres settings of good trials, the best first, around which to look closely
   */
  Settings search(List<Settings> centres, Seed.Stream random) {
    List<double[]> drawn = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.add(space.drawPlaces(random));
    }
    evaluate(drawn);
    Set<Settings> starts = new LinkedHashSet<>(bestOf(BEST_ANYWHERE));
    addAtRandom(RANDOM_ANYWHERE, starts, random);
    drawn.clear();
    for (Settings centre : centres.subList(0, Math.min(CENTRES, centres.size()))) {
      for (int i = 0; i < NEIGHBOURS; i++) {
        drawn.add(near(space.places(centre), i, random));
      }
    }
    evaluate(drawn);
    starts.addAll(bestOf(BEST));
    for (Settings start : starts) {
      double[] places = space.places(start);
      for (int round = 0; round < ROUNDS; round++) {
        places = climb(places);
        List<double[]> others = changed(places);
        others.add(places);
        double[] next = others.get(evaluate(others));
        if (next == places) {
          break;
        }
        places = next;
      }
    }
    List<Settings> first = bestOf(1);
    return first.isEmpty() ? null : first.get(0);
  }

  /** Adds some of the others, if there are any, each with probability proportional to expected improvement. */
  private void addAtRandom(int count, Set<Settings> starts, Seed.Stream random) {
    List<Settings> others = new ArrayList<>(values.keySet());
    others.removeAll(starts);
    double highest = others.stream().mapToDouble(values::get).max().orElse(0);
    List<Double> weights =
        new ArrayList<>(others.stream().map(one -> StrictMath.exp(values.get(one) - highest)).toList());
    for (int i = 0; i < count; i++) {
      double left = random.nextDouble() * weights.stream().reduce(0.0, Double::sum);
      for (int k = 0; k < others.size(); k++) {
        left -= weights.get(k);
        if (left < 0) {
          starts.add(others.remove(k));
          weights.remove(k);
          break;
        }
      }
    }
  }

  /** Returns places near others, each number moved by a normal step, wider for some; a few words change. */
  private double[] near(double[] places, int number, Seed.Stream random) {
    double width = StrictMath.pow(10, -1 - number % 4);
    double[] moved = places.clone();
    for (int p = 0; p < moved.length; p++) {
      double step = width * random.nextGaussian();
      double jump = random.nextDouble();
      double place = random.nextDouble();
      if (space.parameters().get(p).isCategorical()) {
        moved[p] = jump * moved.length < 0.5 ? place : moved[p];
      } else {
        moved[p] = Math.max(0, Math.min(1, moved[p] + step));
      }
    }
    return moved;
  }

  /** Returns all places with another word, or the next whole number. */
  private List<double[]> changed(double[] places) {
    List<double[]> all = new ArrayList<>();
    Settings settings = space.at(places);
    for (int p = 0; p < places.length; p++) {
      SearchSpace.Parameter parameter = space.parameters().get(p);
      if (!settings.has(parameter.name()) || parameter.count() == 0) {
        continue;
      }
      if (parameter.isCategorical()) {
        for (String word : parameter.words()) {
          all.add(with(places, p, parameter.place(word)));
        }
      } else {
        int value = settings.whole(parameter.name());
        all.add(with(places, p, parameter.place(Math.max((int) parameter.low(), value - 1))));
        all.add(with(places, p, parameter.place(Math.min((int) parameter.high(), value + 1))));
      }
    }
    return all;
  }

  private static double[] with(double[] places, int p, double place) {
    double[] changed = places.clone();
    changed[p] = place;
    return changed;
  }

  /**
   * Evaluates the settings at places, keeps the untried ones, and returns the place of the best in the list.
   */
  private int evaluate(List<double[]> placesList) {
    int width = space.width();
    double[] xMD = new double[placesList.size() * width];
    List<Settings> all = new ArrayList<>();
    for (double[] places : placesList) {
      Settings settings = space.at(places);
      System.arraycopy(space.embed(settings), 0, xMD, all.size() * width, width);
      all.add(settings);
    }
    double[] means = new double[all.size()];
    double[] variances = new double[all.size()];
    process.posterior(xMD, means, variances);
    int highest = 0;
    double[] logs = new double[all.size()];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = ExpectedImprovement.log(best, means[i], variances[i]);
      highest = logs[i] >= logs[highest] ? i : highest;
      if (!tried.contains(all.get(i))) {
        values.put(all.get(i), logs[i]);
      }
    }
    return highest;
  }

  private List<Settings> bestOf(int count) {
    return values.entrySet().stream()
        .sorted(Map.Entry.<Settings, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(count).map(Map.Entry::getKey).toList();
  }

  /**
   * Returns the places after a climb in all numbers that are there; whole ones count as if between were
   * others.
   */
  private double[] climb(double[] places) {
    Settings settings = space.at(places);
    List<Integer> moving = new ArrayList<>();
    for (int p = 0; p < places.length; p++) {
      SearchSpace.Parameter parameter = space.parameters().get(p);
      if (!parameter.isCategorical() && settings.has(parameter.name())) {
        moving.add(p);
      }
    }
    if (moving.isEmpty()) {
      return places;
    }
    Slope slope = new Slope(space.embed(settings), moving.stream().mapToInt(space::offset).toArray());
    double[] angles = moving.stream().mapToDouble(p -> angle(places[p])).toArray();
    angles = QuasiNewton.minimize(slope, angles, LONGEST_STEP, TOLERANCE, STEPS);
    double[] found = places.clone();
    for (int i = 0; i < moving.size(); i++) {
      found[moving.get(i)] = place(angles[i]);
    }
    return found;
  }

  /** A number in [0, 1] is (1 - cos(angle)) / 2, so that angles need no bounds. */
  private static double place(double angle) {
    return 0.5 - 0.5 * StrictMath.cos(angle);
  }

  private static double angle(double place) {
    return StrictMath.acos(1 - 2 * Math.max(MARGIN, Math.min(1 - MARGIN, place)));
  }

  /** Minus the logarithm of expected improvement as a function of some coordinates' angles. */
  private final class Slope implements QuasiNewton.Function {
    private final double[] x;
    private final int[] coordinates;
    /** Where the value was asked for last. */
    private GaussianProcess.At newest;

    Slope(double[] x, int[] coordinates) {
      this.x = x;
      this.coordinates = coordinates;
    }

    private void move(double[] angles) {
      for (int i = 0; i < coordinates.length; i++) {
        x[coordinates[i]] = place(angles[i]);
      }
    }

    @Override
    public double value(double[] angles) {
      move(angles);
      newest = process.at(x);
      return -ExpectedImprovement.log(best, newest.mean(), newest.variance());
    }

    @Override
    public double[] gradient(double[] angles) {
      double[] byX = new double[x.length];
      ExpectedImprovement.log(best, newest, byX);
      double[] gradient = new double[angles.length];
      for (int i = 0; i < angles.length; i++) {
        gradient[i] = -byX[coordinates[i]] * 0.5 * StrictMath.sin(angles[i]);
      }
      return gradient;
    }
  }
}
