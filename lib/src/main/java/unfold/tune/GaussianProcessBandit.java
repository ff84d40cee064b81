package unfold.tune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import unfold.Check;
import unfold.Seed;
import unfold.tune.Outcome.Status;

/**
 * Tries next what a Gaussian process expects to improve most on the best so far: batched Gaussian-process
 * bandits with expected improvement, a Matern 5/2 kernel with a length scale for each coordinate of {@link
 * SearchSpace#embed}, and kernel hyperparameters by marginal likelihood (Snoek, Larochelle and Adams 2012;
 * Desautels, Krause and Burdick 2014; Capacity and Trainability, appendix A, which says no more of its
 * tuner).
 *
 * <ul>
 * <li>The first trials are drawn as {@link RandomSearch} with the same seed draws them.
 * <li>Trials that have not ended, and failed ones, count as if the mean expected there had been seen.
 * <li>Infeasible trials count as if they had the worst value seen. No settings are suggested twice.
 * <li>The best so far is the lowest mean expected at a trial, so that one lucky noisy value is not chased.
 * <li>While the newest four results have not bettered the best, two suggestions of three look for an
 * improvement of at least 0.3 standard deviations of the values seen, which must lie elsewhere.
 * <li>Where losses have outliers, those above the median count by their ranks alone.
 * <li>The kernel is fitted anew after each of the first 60 results, then whenever there are a tenth more.
 * </ul>
 *
 * <p>A suggestion is a pure function, the same bits on every machine. Immutable but for a cache.
 */
public final class GaussianProcessBandit implements Tuner {
  private static final int STARTS = 10;
  /** Up to so many results the kernel is fitted to all of them, then whenever there are a tenth more. */
  private static final int EACH = 60;
  private static final double GROWTH = 1.1;
  private static final int DRAWS = 100_000;
  /** So many results that lower the best score by less are a standstill. */
  private static final int STANDSTILL = 4;
  private static final double LEAST_GAIN = 1e-4;
  /** What is looked for then, in scores' standard deviations; every third time whatever is better. */
  private static final double MARGIN = 0.3;
  private static final int EXACT = 3;

  private final SearchSpace space;
  private final Seed seed;
  private final int batch;
  private final int starts;
  /** The newest kernel and the trials that it is of. */
  private List<Trial> fittedTo;
  private Matern fitted;

  private GaussianProcessBandit(SearchSpace space, Seed seed, int batch, int starts) {
    Check.that(!space.parameters().isEmpty(), "the space must have a parameter, but has none");
    this.space = space;
    this.seed = seed;
    this.batch = Check.atLeast("batch", batch, 1);
    this.starts = Check.atLeast("starts", starts, 1);
  }

  /** Returns the tuner of a space, one trial at a time after 10 random ones. */
  public static GaussianProcessBandit of(SearchSpace space, Seed seed) {
    return new GaussianProcessBandit(space, seed, 1, STARTS);
  }

  /** Returns this tuner for up to {@code q} trials at once. */
  public GaussianProcessBandit batch(int q) {
    return new GaussianProcessBandit(space, seed, q, starts);
  }

  /** Returns this tuner with another number of random trials at first, at least 1. */
  public GaussianProcessBandit starts(int count) {
    return new GaussianProcessBandit(space, seed, batch, count);
  }

  @Override
  public SearchSpace space() {
    return space;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public Settings suggest(List<Trial> before) {
    int number = before.size();
    Set<Settings> tried = new HashSet<>();
    List<Trial> known = new ArrayList<>();
    List<Trial> pending = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Trial trial = before.get(i);
      boolean counts = i <= number - batch;
      Check.that(trial.number() == i, "trials must be in order, but number %d is at %d", trial.number(), i);
      Check.that(!counts || trial.hasEnded(), "trial %d must have ended before trial %d is suggested", i,
          number);
      (counts && !trial.is(Status.FAILED) ? known : pending).add(trial);
      tried.add(trial.settings());
    }
    if (number < starts || !teaches(known)) {
      return draw(number, tried);
    }
    double[] yN = scores(known);
    GaussianProcess process = GaussianProcess.of(kernel(known), embed(known), yN);
    double best = Double.POSITIVE_INFINITY;
    for (Trial trial : known) {
      best = Math.min(best, process.mean(space.embed(trial.settings())));
    }
    if (standsStill(yN) && number % EXACT != 0) {
      best -= MARGIN;
    }
    if (!pending.isEmpty()) {
      process = process.hallucinate(embed(pending));
    }
    List<Settings> centres = known.stream().filter(trial -> trial.is(Status.COMPLETE))
        .sorted(Comparator.comparingDouble(Trial::validation)).map(Trial::settings).toList();
    Settings found =
        new Acquisition(space, process, best, tried).search(centres, seed.stream("search " + number));
    return found != null ? found : draw(number, tried);
  }

  private double[] embed(List<Trial> trials) {
    double[] xND = new double[trials.size() * space.width()];
    for (int i = 0; i < trials.size(); i++) {
      System.arraycopy(space.embed(trials.get(i).settings()), 0, xND, i * space.width(), space.width());
    }
    return xND;
  }

  /** Returns settings that were not tried. */
  private Settings draw(int number, Set<Settings> tried) {
    Seed.Stream random = RandomSearch.stream(seed, number);
    for (int i = 0; i < DRAWS; i++) {
      Settings settings = space.draw(random);
      if (!tried.contains(settings)) {
        return settings;
      }
    }
    throw new IllegalStateException("all settings of the space have been tried: " + tried.size()
        + " of at most "
        + space.count().orElse(0));
  }

  /** Returns whether two values differ. */
  private static boolean teaches(List<Trial> known) {
    return known.stream().filter(trial -> trial.is(Status.COMPLETE)).mapToDouble(Trial::validation).distinct()
        .count() >= 2;
  }

  /** Returns whether the newest scores are no better than those before. */
  private static boolean standsStill(double[] yN) {
    int before = yN.length - STANDSTILL;
    return before > 0 && Arrays.stream(yN, 0, before).min().getAsDouble()
        - Arrays.stream(yN).min().getAsDouble() < LEAST_GAIN;
  }

  private double[] scores(List<Trial> known) {
    int random = (int) known.stream().filter(trial -> trial.number() < starts).count();
    return Scores.of(known.stream().mapToDouble(Trial::validation).toArray(), random);
  }

  /** Returns the kernel fitted to the first of the trials, as many as the schedule says. */
  private synchronized Matern kernel(List<Trial> known) {
    int count = 2;
    for (int next = count; next <= known.size(); next = next < EACH ? next + 1 : (int) (GROWTH * next)) {
      count = next;
    }
    List<Trial> first = known.subList(0, teaches(known.subList(0, count)) ? count : known.size());
    if (!first.equals(fittedTo)) {
      double[] yN = scores(first);
      fitted = KernelFit.fit(embed(first), yN, seed.stream("kernel " + first.size()));
      fittedTo = List.copyOf(first);
    }
    return fitted;
  }

  @Override
  public String toString() {
    return "Gaussian-process bandit, seed " + seed.value() + ", batch " + batch + ", starts " + starts;
  }
}
