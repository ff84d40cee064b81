package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.tune.Outcome.Status;

class GaussianProcessBanditTest {
  private static final SearchSpace SQUARE = SearchSpace.empty().uniform("x", -5, 10).uniform("y", 0, 15);
  /** With everything that a space can have. */
  private static final SearchSpace MIXED = SearchSpace.empty().logUniform("rate", 1e-4, 1)
      .categorical("optimizer", "sgd", "momentum", "adam")
      .logit("momentum", 1, 7).onlyIf("optimizer", "momentum")
      .integer("steps", 1, 6).logInteger("units", 1, 500);

  private static double branin(Settings s) {
    double x = s.real("x");
    double a = s.real("y") - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }

  /** At its lowest, 0, with momentum 0.99 at rate 1e-2, 4 steps and 60 units. */
  private static double mixed(Settings s) {
    double loss = Math.pow(Math.log10(s.real("rate")) + 2, 2) + Math.abs(s.whole("steps") - 4)
        + Math.pow(Math.log(s.whole("units") / 60.0), 2);
    return loss + (s.has("momentum") ? 100 * Math.pow(s.real("momentum") - 0.99, 2)
        : s.word("optimizer").equals("adam") ? 0.5 : 3);
  }

  private static Study run(Tuner tuner, int trials, Function<Settings, Outcome> function) {
    Study study = new Study(tuner);
    for (int k = 0; k < trials; k++) {
      for (int i = 0; !study.canAsk(); i++) {
        if (!study.trials().get(i).hasEnded()) {
          study.tell(i, function.apply(study.trials().get(i).settings()));
        }
      }
      study.ask();
    }
    for (Trial trial : List.copyOf(study.trials())) {
      if (!trial.hasEnded()) {
        study.tell(trial.number(), function.apply(trial.settings()));
      }
    }
    return study;
  }

  private static double bestOf(Study study) {
    return study.best().get().validation();
  }

  @Test
  void findsBraninsMinimum() {
    double lowest = 0.39788735772973816;
    Study study = run(GaussianProcessBandit.of(SQUARE, Seed.of(1)), 45, s -> Outcome.complete(branin(s)));
    assertEquals(lowest, bestOf(study), 1e-2);
    Study random = run(new RandomSearch(SQUARE, Seed.of(1)), 45, s -> Outcome.complete(branin(s)));
    assertTrue(bestOf(random) > lowest + 0.05, "random search: " + bestOf(random));
    // The first ten are random search's.
    for (int k = 0; k < 10; k++) {
      assertEquals(random.trials().get(k), study.trials().get(k));
    }
  }

  @Test
  void findsTheBestInBatchesToo() {
    Study study = run(GaussianProcessBandit.of(SQUARE, Seed.of(1)).batch(8), 60, s ->
        Outcome.complete(branin(s)));
    assertEquals(0.3979, bestOf(study), 2e-2);
    // Hallucinated observations keep the trials of a batch apart.
    for (int k = 11; k < 60; k++) {
      double[] a = SQUARE.embed(study.trials().get(k - 1).settings());
      double[] b = SQUARE.embed(study.trials().get(k).settings());
      assertTrue(Math.hypot(a[0] - b[0], a[1] - b[1]) > 1e-6, "trial " + k);
    }
  }

  @Test
  void findsTheBestOfWordsWholeNumbersAndConditions() {
    Study study = run(GaussianProcessBandit.of(MIXED, Seed.of(3)), 60, s -> Outcome.complete(mixed(s)));
    study.trials().forEach(trial -> MIXED.check(trial.settings()));
    Settings best = study.best().get().settings();
    assertEquals("momentum", best.word("optimizer"));
    assertEquals(4, best.whole("steps"));
    assertTrue(bestOf(study) < 0.05, study.best().get().toString());
  }

  /**
   * A loss with a heavy tail, 1e12 where the rate is high, must not blind the tuner to differences of 1e-2.
   */
  @Test
  void outliersDoNotBlind() {
    Study study = run(GaussianProcessBandit.of(MIXED, Seed.of(2)), 60,
        s -> Outcome.complete(s.real("rate") > 0.05 ? 1e12 * s.real("rate") : mixed(s)));
    assertTrue(bestOf(study) < 0.55, study.best().get().toString());
  }

  @Test
  void infeasibleTrialsAreLearntFromAndNotRepeated() {
    // A third is infeasible, and the best lies at the edge.
    Function<Settings, Outcome> function = s -> s.real("x") + s.real("y") > 12
        ? Outcome.infeasible("diverged") : Outcome.complete(branin(s));
    Study study = run(GaussianProcessBandit.of(SQUARE, Seed.of(4)), 50, function);
    // The first ten are the same.
    long random = run(new RandomSearch(SQUARE, Seed.of(4)), 50, function).trials().stream().skip(10)
        .filter(t -> t.is(Status.INFEASIBLE)).count();
    long ours = study.trials().stream().skip(10).filter(t -> t.is(Status.INFEASIBLE)).count();
    assertTrue(2 * ours <= random, ours + " infeasible, " + random + " of random ones");
    assertEquals(50, study.trials().stream().map(Trial::settings).distinct().count());
    assertEquals(0.3979, bestOf(study), 1e-2);
  }

  /** Whatever arrives of the newest q-1 trials, in whatever order, changes no suggestion. */
  @Test
  void suggestionsDependOnResultsUpToKMinusQAlone() {
    GaussianProcessBandit tuner = GaussianProcessBandit.of(MIXED, Seed.of(5)).batch(4);
    List<Trial> before = new ArrayList<>(run(tuner, 20, s -> Outcome.complete(mixed(s))).trials());
    Settings expected = tuner.suggest(before);
    for (int k = 17; k < 20; k++) {
      before.set(k, before.get(k).ended(Outcome.complete(-1e6), 1));
      assertEquals(expected, GaussianProcessBandit.of(MIXED, Seed.of(5)).batch(4).suggest(before));
      before.set(k, Trial.running(k, before.get(k).settings()));
      assertEquals(expected, tuner.suggest(before));
    }
    before.set(16, before.get(16).ended(Outcome.complete(-1e6), 1));
    assertNotEquals(expected, tuner.suggest(before));
    before.set(16, Trial.running(16, before.get(16).settings()));
    assertEquals("trial 16 must have ended before trial 20 is suggested",
        assertThrows(IllegalArgumentException.class, () -> tuner.suggest(before)).getMessage());
  }

  @Test
  void suggestionsAreAFunctionOfTheSeed() {
    assertEquals(twenty(6), twenty(6));
    List<Trial> other = twenty(7);
    twenty(6).forEach(trial -> assertNotEquals(trial.settings(), other.get(trial.number()).settings()));
    // The bits themselves, so that another machine's differ visibly.
    assertEquals(BITS, Arrays.toString(MIXED.embed(twenty(6).get(18).settings())));
  }

  private static final String BITS =
      "[0.6760892236188865, 0.0, 1.0, 0.0, 1.0, 0.9166666666666666, 0.6855357585674703]";

  private static List<Trial> twenty(int seed) {
    return run(GaussianProcessBandit.of(MIXED, Seed.of(seed)), 20, s -> Outcome.complete(mixed(s))).trials();
  }

  @Test
  void aFiniteSpaceIsUsedUp() {
    SearchSpace finite = SearchSpace.empty().integer("n", 1, 4).categorical("c", "a", "b", "d");
    GaussianProcessBandit tuner = GaussianProcessBandit.of(finite, Seed.of(1)).starts(3);
    Study study = run(tuner, 12, s -> Outcome.complete(s.whole("n") + s.word("c").charAt(0)));
    Set<Settings> seen = new HashSet<>();
    study.trials().forEach(trial -> assertTrue(seen.add(trial.settings()), trial.toString()));
    assertEquals("all settings of the space have been tried: 12 of at most 12",
        assertThrows(IllegalStateException.class, study::ask).getMessage());
  }

  @Test
  void equalOrMissingValuesTeachNothing() {
    for (Outcome outcome : List.of(Outcome.complete(1), Outcome.infeasible("no"),
        Outcome.failed(new Error()))) {
      Study study = run(GaussianProcessBandit.of(SQUARE, Seed.of(8)), 14, s -> outcome);
      assertEquals(run(new RandomSearch(SQUARE, Seed.of(8)), 14, s -> outcome).trials().get(13).settings(),
          study.trials().get(13).settings());
    }
  }

  @Test
  void badArgumentsAreRefused() {
    GaussianProcessBandit tuner = GaussianProcessBandit.of(SQUARE, Seed.of(1));
    assertEquals("batch must be at least 1, but was 0",
        assertThrows(IllegalArgumentException.class, () -> tuner.batch(0)).getMessage());
    assertEquals("starts must be at least 1, but was 0",
        assertThrows(IllegalArgumentException.class, () -> tuner.starts(0)).getMessage());
    assertEquals("the space must have a parameter, but has none", assertThrows(IllegalArgumentException.class,
        () -> GaussianProcessBandit.of(SearchSpace.empty(), Seed.of(1))).getMessage());
    assertFalse(tuner.toString().equals(tuner.batch(2).toString()));
  }

  @Test
  void scoresOfOutliersAreRanksAndTheRestAreKept() {
    double[] scores = Scores.of(new double[] {1, 2, 3, 1e9, 5, Double.NaN, 4}, 3);
    assertEquals(scores[1] - scores[0], scores[2] - scores[1], 1e-12);
    assertTrue(scores[2] < scores[6] && scores[6] < scores[4] && scores[4] < scores[3]);
    assertEquals(scores[3], scores[5]);
    assertTrue(scores[3] < 3);
    assertEquals(0, Arrays.stream(scores).sum(), 1e-12);
    assertEquals(7, Arrays.stream(scores).map(v -> v * v).sum(), 1e-12);
    double[] kept = Scores.of(new double[] {1, 2, 3, 10, 5, Double.NaN, 4}, 3);
    assertEquals(7, (kept[3] - kept[2]) / (kept[2] - kept[1]), 1e-12);
    // Trials that crowd at the best make no outliers of the others.
    double[] crowded = Scores.of(new double[] {1, 2, 3, 1e-9, 2e-9, 0, 1e-9}, 3);
    assertEquals(1, (crowded[2] - crowded[1]) / (crowded[1] - crowded[0]), 1e-12);
  }

  /** A broad valley is found at once; the deeper, narrow one elsewhere from five seeds of six (else from two). */
  @Test
  void aStandstillLetsItLookElsewhere() {
    SearchSpace line = SearchSpace.empty().uniform("x", 0, 1);
    Function<Settings, Outcome> valleys = s -> {
      double broad = s.real("x") - 0.3;
      double narrow = (s.real("x") - 0.9) / 0.04;
      return Outcome.complete(broad * broad - Math.exp(-narrow * narrow));
    };
    long found = IntStream.rangeClosed(1, 6)
        .filter(seed -> bestOf(run(GaussianProcessBandit.of(line, Seed.of(seed)).starts(3), 25, valleys)) < -0.6)
        .count();
    assertTrue(found >= 5, found + " of 6");
  }

  /** Against log(npdf(z) + z ncdf(z)) with 60 digits by mpmath. */
  @Test
  void logarithmsOfImprovementAreExactInTheTail() {
    double before = Double.NEGATIVE_INFINITY;
    for (double z = -40; z < 12; z += 0.125) {
      double[] h = ExpectedImprovement.logH(z);
      assertTrue(h[0] > before, "grows at " + z);
      double slope = (ExpectedImprovement.logH(z + 1e-5)[0] - ExpectedImprovement.logH(z - 1e-5)[0]) / 2e-5;
      assertEquals(slope, h[1], 1e-5 * Math.max(1, Math.abs(slope)));
      before = h[0];
    }
    for (int i = 0; i < KNOWN.length; i += 2) {
      assertEquals(KNOWN[i + 1], ExpectedImprovement.logH(KNOWN[i])[0], 1e-10 * Math.max(1, Math.abs(KNOWN[i
          + 1])));
    }
  }

  private static final double[] KNOWN = {
      -30, -457.724653760598, -10, -55.55312203612235, -5, -16.74430116266099, -3.001, -7.873218837326243, 
      -2.999, -7.866154162275598, -1, -2.4851210257126413, 0, -0.9189385332046728, 1.5, 0.4248145567622593,
      8, 2.0794415416798357};
}
