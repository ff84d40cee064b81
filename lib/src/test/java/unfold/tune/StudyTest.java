package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.tune.Outcome.Status;

class StudyTest {
  private static final SearchSpace SPACE = SearchSpace.empty().uniform("x", 0, 1);

  /** Suggests the number of trials that have ended, in batches of 3. */
  private static final Tuner COUNTING = new Tuner() {
    @Override
    public SearchSpace space() {
      return SPACE;
    }

    @Override
    public int batch() {
      return 3;
    }

    @Override
    public Settings suggest(List<Trial> before) {
      return Settings.of("x", 0.01 * before.stream().filter(Trial::hasEnded).count());
    }
  };

  @Test
  void askWaitsForTheResultsThatCount() {
    Study study = new Study(COUNTING);
    for (int k = 0; k < 3; k++) {
      assertEquals(k, study.ask().number());
    }
    assertFalse(study.canAsk());
    assertEquals("trial 3 can be asked for once trial 0 is told: in batches of 3, the results before count",
        assertThrows(IllegalStateException.class, study::ask).getMessage());
    study.tell(1, Outcome.complete(1));
    assertFalse(study.canAsk());
    study.tell(0, Outcome.infeasible("NaN"));
    assertTrue(study.canAsk());
    assertEquals(3, study.ask().number());
    assertEquals(4, study.ask().number());
    assertFalse(study.canAsk());
  }

  @Test
  void bestIsTheLowestCompleteOne() {
    Study study = new Study(new RandomSearch(SPACE, Seed.of(1)));
    for (int k = 0; k < 5; k++) {
      study.ask();
    }
    assertTrue(study.best().isEmpty());
    study.tell(0, Outcome.complete(2));
    study.tell(1, Outcome.complete(-1).evaluation(-0.5).steps(7).measure("bits", 3));
    study.tell(2, Outcome.complete(-1));
    study.tell(3, Outcome.complete(Double.NEGATIVE_INFINITY));
    study.tell(4, Outcome.failed(new IllegalStateException("broken")));
    assertEquals(1, study.best().get().number());
    assertEquals(3.0, study.best().get().outcome().measures().get("bits"));
    assertEquals("the validation value was -Infinity", study.trials().get(3).outcome().reason());
    assertTrue(study.trials().get(4).is(Status.FAILED));
    assertEquals("java.lang.IllegalStateException: broken",
        study.trials().get(4).outcome().reason().lines().findFirst().get());
    study.ask();
    assertEquals("trial 5 must be told an outcome, but was told null",
        assertThrows(IllegalArgumentException.class, () -> study.tell(5, null)).getMessage());
    assertEquals("number must be that of a trial that runs, but was 1",
        assertThrows(IllegalArgumentException.class, () -> study.tell(1, Outcome.complete(0))).getMessage());
  }

  @Test
  void anOutcomeSaysWhatItMust() {
    assertOutcome("finite if the trial is complete, else NaN, but was NaN", Status.COMPLETE, "", Double.NaN);
    assertOutcome("finite if the trial is complete, else NaN, but was -Infinity", Status.INFEASIBLE, "",
        Double.NEGATIVE_INFINITY);
    assertOutcome("but they were null and ", null, "", Double.NaN);
    assertOutcome("but they were FAILED and null", Status.FAILED, null, Double.NaN);
  }

  private static void assertOutcome(String words, Status status, String reason, double validation) {
    String message = assertThrows(IllegalArgumentException.class,
        () -> new Outcome(status, reason, validation, Double.NaN, Map.of(), 0)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void goesOnWhereItWas() {
    RandomSearch search = new RandomSearch(SPACE, Seed.of(1));
    Study whole = new Study(search);
    Study first = new Study(search);
    for (int k = 0; k < 10; k++) {
      whole.ask();
      if (k < 4) {
        first.ask();
      }
    }
    Study second = new Study(search, first.trials());
    for (int k = 4; k < 10; k++) {
      second.ask();
    }
    assertEquals(whole.trials(), second.trials());
    assertEquals(10, whole.trials().stream().map(Trial::settings).distinct().count());
    Trial foreign = Trial.running(0, Settings.of("x", 2.0));
    assertEquals("x must be in 0.0..1.0, but was 2.0",
        assertThrows(IllegalArgumentException.class, () -> new Study(search, List.of(foreign))).getMessage());
    assertEquals("trials must be numbered 0, 1, 2, ..., but number 1 follows -1",
        assertThrows(IllegalArgumentException.class,
            () -> new Study(search, List.of(whole.trials().get(1)))).getMessage());
  }

  @Test
  void settingsOfOnesOwnComeFirst() {
    GaussianProcessBandit bandit = GaussianProcessBandit.of(SPACE, Seed.of(1)).starts(2);
    List<Settings> own = List.of(Settings.of("x", 0.25), Settings.of("x", 0.75));
    Tuner tuner = bandit.after(own);
    Study study = new Study(tuner);
    for (int k = 0; k < 4; k++) {
      Trial trial = study.ask();
      study.tell(k, Outcome.complete(Math.pow(trial.settings().real("x") - 0.6, 2)));
    }
    assertEquals(own, study.trials().stream().limit(2).map(Trial::settings).toList());
    assertEquals(bandit.suggest(study.trials().subList(0, 3)), study.trials().get(3).settings());
    assertEquals(bandit + ", after 2 settings given (" + Integer.toHexString(own.toString().hashCode()) + ")",
        tuner.toString());
    assertEquals("x must be in 0.0..1.0, but was 2.0",
        assertThrows(IllegalArgumentException.class, () -> bandit.after(List.of(Settings.of("x", 2.0))))
            .getMessage());
  }
}
