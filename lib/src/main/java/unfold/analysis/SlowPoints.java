package unfold.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.ToIntFunction;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.engine.vector.Workers;
import unfold.net.Network;

/**
 * The slow points of a network, of any cells in any number of layers: the states where q(S) = |F(S) - S|^2 / 2
 * has a minimum near zero, F being a step at a constant input.
 *
 * <pre>{@code
 * SlowPoints found = SlowPoints.of(net)
 *     .starts(SlowPoints.noisy(sTBS, 100, 500, 0.1, seed))
 *     .starts(SlowPoints.mixtures(sTBS, 100, 500, 0.1, seed))
 *     .find();
 * found.counts(SlowPoint::unstable);    // {0=8, 1=12, 2=6, 3=1}
 * }</pre>
 *
 * <p>Papers: Sussillo and Barak, "Opening the Black Box" (2013), section 2, for a flow dS/dt; "An Investigation of
 * Memory in Recurrent Neural Networks", section 2, for a map. It leaves open from where, how far and how q is
 * minimised. Here it is by Newton's steps, rough at first, damped as by Levenberg and Marquardt where they fail; what is
 * found is then made exact with the Jacobian that follows from the equations. All is in double precision; the same
 * network and starts give the same bits on any number of threads.
 *
 * @param points the distinct points: fixed ones first, then in ascending order of {@link SlowPoint#unstable}, then of
 *     their states to six decimals, the first number first
 * @param starts the number of starts
 * @param unconverged how many starts ended where q is above the slow points' limit
 * @param far how many starts ended too far from all starts to be of interest
 */
public record SlowPoints(List<SlowPoint> points, int starts, int unconverged, int far) {

  /** Begins a search in a network, which is left as it is. */
  public static Search of(Network network) {
    return new Search(network);
  }

  /**
   * Returns states of trajectories with noise, as starts: each is one of the states, drawn with even odds, plus a
   * normal number in each dimension.
   *
   * @param statesNS the states, row after row
   * @param width the width S of a state
   * @param count the number of starts, at least 1
   * @param sd the noise's standard deviation, at least 0
   */
  public static double[] noisy(double[] statesNS, int width, int count, double sd, Seed seed) {
    return draw(statesNS, width, count, sd, seed.stream("noisy states"), false);
  }

  /**
   * Returns mixtures of two states of trajectories with noise, as starts: a S + (1 - a) S', the states drawn with
   * even odds and a uniform in [0, 1), plus a normal number in each dimension. They find points between attractors
   * that {@link #noisy} misses.
   */
  public static double[] mixtures(double[] statesNS, int width, int count, double sd, Seed seed) {
    return draw(statesNS, width, count, sd, seed.stream("mixtures"), true);
  }

  private static double[] draw(double[] statesNS, int width, int count, double sd, Seed.Stream random,
      boolean mixed) {
    int states = Check.atLeast("the number of states", Check.rows("statesNS", statesNS, width), 1);
    Check.atLeast("the number of starts", count, 1);
    Check.that(sd >= 0 && Double.isFinite(sd), "the noise's sd must be finite and at least 0, but was %s", sd);
    double[] drawnNS = new double[count * width];
    for (int n = 0; n < count; n++) {
      int one = random.nextInt(states) * width;
      int other = mixed ? random.nextInt(states) * width : one;
      double share = mixed ? random.nextDouble() : 1;
      for (int i = 0; i < width; i++) {
        drawnNS[n * width + i] = share * statesNS[one + i] + (1 - share) * statesNS[other + i]
            + sd * random.nextGaussian();
      }
    }
    return drawnNS;
  }

  /** Returns the fixed points. */
  public List<SlowPoint> fixed() {
    return points.stream().filter(SlowPoint::fixed).toList();
  }

  /** Returns how many points there are of each kind, as {@code counts(SlowPoint::unstable)}. */
  public SortedMap<Integer, Integer> counts(ToIntFunction<SlowPoint> kind) {
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    points.forEach(point -> counts.merge(kind.applyAsInt(point), 1, Integer::sum));
    return counts;
  }

  /** Returns the states of all points, row after row, as {@link Pca#project} takes them. */
  public double[] statesNS() {
    return points.stream().flatMapToDouble(point -> Arrays.stream(point.stateS())).toArray();
  }

  /** Returns {@code 27 points, 27 of them fixed, from 1000 starts (0 unconverged, 0 far)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d points, %d of them fixed, from %d starts (%d unconverged, %d far)",
        points.size(), fixed().size(), starts, unconverged, far);
  }

  /** How to search. */
  public static final class Search {
    /** The most numbers of the Jacobians that are in memory at once. */
    private static final int NUMBERS_AT_ONCE = 1 << 21;
    private static final int MOST_AT_ONCE = 256;

    private final Network network;
    private final Architecture architecture;
    private final int width;
    private Engine engine;
    private double[] input;
    private double[] startsNS = new double[0];
    private double fixedBelow = 1e-12;
    private double slowBelow = 1e-6;
    private double apart = 1e-3;
    private double within = 10;
    private int iterations = 300;
    private Runnable progress = () -> { };

    private Search(Network network) {
      this.network = network;
      architecture = network.architecture();
      width = architecture.stateWidth();
    }

    /** Adds starts: N states of all layers side by side, row after row. */
    public Search starts(double[] statesNS) {
      Check.atLeast("the number of starts", Check.rows("statesNS", statesNS, width), 1);
      Check.finite("the starts", statesNS);
      double[] all = Arrays.copyOf(startsNS, Math.addExact(startsNS.length, statesNS.length));
      System.arraycopy(statesNS, 0, all, startsNS.length, statesNS.length);
      startsNS = all;
      return this;
    }

    /** Searches at a constant input, I numbers, instead of at zero; an embedding's index is one number. */
    public Search input(double... xI) {
      Check.finite("xI", Check.shape("xI", xI, architecture.inputWidth()));
      Check.that(!architecture.embedded() || xI[0] == (int) xI[0], "an index must be a whole number, but was %s",
          xI[0]);
      input = xI.clone();
      return this;
    }

    /**
     * Says how small q must be: by default 1e-12 for a fixed point, 1e-6 for one that is only slow.
     *
     * @param fixed below it, a point is fixed; above 0
     * @param slow above it, a start has found nothing; at least {@code fixed}
     */
    public Search tolerance(double fixed, double slow) {
      fixedBelow = Check.positive("the fixed points' tolerance", fixed);
      Check.that(slow >= fixed && Double.isFinite(slow),
          "the slow points' tolerance must be finite and at least %s, but was %s", fixed, slow);
      slowBelow = slow;
      return this;
    }

    /** Says how far apart two points must be to be distinct, by default 1e-3; at least 0. */
    public Search apart(double distance) {
      Check.that(distance >= 0 && Double.isFinite(distance),
          "the distance must be finite and at least 0, but was %s", distance);
      apart = distance;
      return this;
    }

    /**
     * Drops what is farther from the mean of the starts than so many times the farthest start, by default 10. With
     * a single start, or all starts equal, nothing is dropped.
     */
    public Search within(double times) {
      within = Check.positive("the number of times", times);
      return this;
    }

    /** Gives a start up after so many steps, by default 300; at least 1. */
    public Search iterations(int most) {
      iterations = Check.atLeast("the number of iterations", most, 1);
      return this;
    }

    /** Runs the network on an engine of its own instead of {@link Engine#forAnalysis}. */
    public Search on(Engine engine) {
      this.engine = engine;
      return this;
    }

    /** Calls back whenever a start has come to its end, as {@code progress(bar::step)}. */
    public Search progress(Runnable each) {
      progress = each;
      return this;
    }

    /**
     * Searches from all starts.
     *
     * @throws IllegalArgumentException if there are no starts, or no input to a network with an embedding
     * @throws CancellationException if the thread is interrupted
     */
    public SlowPoints find() {
      Check.that(startsNS.length > 0, "there must be starts to search from: call starts(statesNS)");
      Check.that(input != null || !architecture.embedded(),
          "a network with an embedding needs an index to be searched at: call input(index)");
      Engine chosen = engine != null ? engine : Engine.forAnalysis();
      try (Program program = chosen.compile(architecture); Workers workers = new Workers(chosen.threads())) {
        return new Running(program, workers).find();
      }
    }

    /** A search on a program. */
    private final class Running {
      private final Program program;
      private final Workers workers;
      private final int atOnce = Math.max(1, Math.min(MOST_AT_ONCE, NUMBERS_AT_ONCE / (width * width)));
      private final int starts = startsNS.length / width;

      Running(Program program, Workers workers) {
        this.program = program;
        this.workers = workers;
      }

      SlowPoints find() {
        List<Descent> ends = descend(startsNS, true);
        double[] centre = mean();
        boolean oneStart = Pca.allEqual(startsNS, width);
        double reach = 0;
        for (int n = 0; n < starts; n++) {
          reach = Math.max(reach, distance(Arrays.copyOfRange(startsNS, n * width, (n + 1) * width), centre));
        }
        List<Descent> found = new ArrayList<>();
        int unconverged = 0;
        int far = 0;
        for (Descent end : ends) {
          if (!(end.q <= slowBelow)) {
            unconverged++;
          } else if (!oneStart && distance(end.stateS, centre) > within * reach) {
            far++;
          } else {
            found.add(end);
          }
        }
        return new SlowPoints(points(found), starts, unconverged, far);
      }

      /** Runs states to their ends, some at once; where one ends, the next begins. */
      private List<Descent> descend(double[] fromNS, boolean rough) {
        int count = fromNS.length / width;
        List<Descent> all = new ArrayList<>();
        List<Descent> active = new ArrayList<>();
        while (all.size() < count || !active.isEmpty()) {
          if (Thread.interrupted()) {
            throw new CancellationException("the search for slow points was interrupted after "
                + (all.size() - active.size()) + " of " + count + " starts");
          }
          if (active.size() < atOnce && all.size() < count) {
            int begun = all.size();
            int more = Math.min(atOnce - active.size(), count - begun);
            double[] stateNS = Arrays.copyOfRange(fromNS, begun * width, (begun + more) * width);
            double[] nextNS = next(stateNS);
            for (int k = 0; k < more; k++) {
              all.add(new Descent(begun + k, row(stateNS, k), row(nextNS, k), rough, fixedBelow, iterations));
            }
            active.addAll(all.subList(begun, begun + more));
          }
          advance(active);
          int before = active.size();
          active.removeIf(descent -> descent.ended);
          for (int k = active.size(); rough && k < before; k++) {
            progress.run();
          }
        }
        return all;
      }

      private void advance(List<Descent> active) {
        List<Descent> bare = active.stream().filter(d -> d.needsJacobian() && !d.ended).toList();
        if (!bare.isEmpty()) {
          double[] jNSS = program.jacobian(network.theta(), batch(join(bare)));
          workers.run(bare.size(), (k, worker) -> bare.get(k).linearize(jNSS, k));
        }
        double[] tryNS = join(active);
        workers.run(active.size(), (k, worker) -> active.get(k).propose(tryNS, k));
        double[] nextNS = next(tryNS);
        workers.run(active.size(), (k, worker) -> active.get(k).judge(tryNS, nextNS, k));
      }

      private double[] join(List<Descent> descents) {
        double[] stateNS = new double[descents.size() * width];
        for (int k = 0; k < descents.size(); k++) {
          System.arraycopy(descents.get(k).stateS, 0, stateNS, k * width, width);
        }
        return stateNS;
      }

      private double[] row(double[] stateNS, int n) {
        return Arrays.copyOfRange(stateNS, n * width, (n + 1) * width);
      }

      private double[] next(double[] stateNS) {
        return program.run(network.theta(), batch(stateNS), false).finalBS();
      }

      private Batch batch(double[] stateNS) {
        int count = stateNS.length / width;
        int inputs = architecture.inputWidth();
        if (architecture.embedded()) {
          int[] index = new int[count];
          Arrays.fill(index, (int) input[0]);
          return Batch.of(1, count, index).from(stateNS);
        }
        double[] x = new double[count * inputs];
        for (int i = 0; input != null && i < x.length; i++) {
          x[i] = input[i % inputs];
        }
        return Batch.of(1, count, x).from(stateNS);
      }

      private double[] mean() {
        double[] mean = new double[width];
        for (int i = 0; i < startsNS.length; i++) {
          mean[i % width] += startsNS[i] / starts;
        }
        return mean;
      }

      /** Merges ends that are near to each other into that of least q. */
      private List<Descent> merge(List<Descent> ends) {
        List<Descent> kept = new ArrayList<>();
        ends.stream().sorted(Comparator.comparingDouble((Descent d) -> d.q).thenComparingInt(d -> d.start))
            .forEach(end -> {
              Descent same = kept.stream().filter(k -> distance(k.stateS, end.stateS) <= apart).findFirst()
                  .orElse(null);
              if (same == null) {
                kept.add(end);
              } else {
                same.starts += end.starts;
              }
            });
        return kept;
      }

      /** Returns the distinct ends as points, after steps with the Jacobian for those that had none. */
      private List<SlowPoint> points(List<Descent> ends) {
        if (ends.isEmpty()) {
          return List.of();
        }
        List<Descent> found = merge(ends);
        List<Descent> exact = descend(join(found), false);
        for (int k = 0; k < exact.size(); k++) {
          exact.get(k).starts = found.get(k).starts;
          exact.get(k).iterations += found.get(k).iterations;
        }
        List<Descent> kept = merge(exact);
        SlowPoint[] points = new SlowPoint[kept.size()];
        for (int from = 0; from < points.length; from += atOnce) {
          List<Descent> some = kept.subList(from, Math.min(from + atOnce, points.length));
          double[] stateNS = join(some);
          double[] nextNS = next(stateNS);
          double[] jNSS = program.jacobian(network.theta(), batch(stateNS));
          int first = from;
          workers.run(some.size(), (k, worker) -> {
            Descent end = some.get(k);
            Spectrum spectrum = Spectrum.of(
                Arrays.copyOfRange(jNSS, k * width * width, (k + 1) * width * width), width);
            points[first + k] = new SlowPoint(end.stateS, row(nextNS, k), end.q, end.q <= fixedBelow, spectrum,
                end.iterations, end.starts);
          });
        }
        return Arrays.stream(points).sorted(Comparator.comparing(SlowPoint::fixed).reversed()
            .thenComparingInt(SlowPoint::unstable).thenComparing(point -> rounded(point.stateS()), Arrays::compare))
            .toList();
      }

      /** What is left of a state when noise at the scale of rounding does not count. */
      private double[] rounded(double[] stateS) {
        return Arrays.stream(stateS).map(v -> Math.rint(v * 1e6) + 0.0).toArray();
      }

      private double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
      }
    }
  }
}
