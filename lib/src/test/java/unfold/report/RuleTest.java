package unfold.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule turns when it is fed a wrong number. */
class RuleTest {
  record Case(Rule rule, double right, double wrong) {}

  static Case[] rules() {
    return new Case[] {
        new Case(Rule.equal(0), 0, Double.MIN_VALUE),
        new Case(Rule.within(0.62, 0.005), 0.6249, 0.6251),
        new Case(Rule.within(2, 0.5), 1.5, 1.4999999),
        new Case(Rule.relative(-200, 0.1), -180, -179.9),
        new Case(Rule.atMost(0.25), 0.25, Math.nextUp(0.25)),
        new Case(Rule.atLeast(0.25), 0.25, Math.nextDown(0.25)),
        new Case(Rule.between(1, 3), 3, 3.0001),
        new Case(Rule.between(1, 3), 1, 0.9999),
    };
  }

  @ParameterizedTest
  @MethodSource("rules")
  void turns(Case c) {
    assertEquals(Verdict.REPRODUCED, c.rule().judge(c.right()));
    assertEquals(Verdict.DIFFERS, c.rule().judge(c.wrong()));
    assertEquals(Verdict.FAILED, c.rule().judge(Double.NaN));
  }

  @Test
  void claimTurns() {
    Rule fails = Rule.claim("fails the test", error -> error > 0);
    assertEquals(Verdict.HOLDS, fails.judge(0.1));
    assertEquals(Verdict.CONTRADICTED, fails.judge(0));
    assertEquals(Verdict.FAILED, fails.judge(Double.NaN));
    // Even a claim that everything meets is not met by NaN.
    assertEquals(Verdict.FAILED, Rule.claim("anything", x -> true).judge(Double.NaN));
  }

  @Test
  void infinityIsNoMatch() {
    assertEquals(Verdict.DIFFERS, Rule.within(1, 0.1).judge(Double.POSITIVE_INFINITY));
    assertEquals(Verdict.DIFFERS, Rule.atMost(1).judge(Double.POSITIVE_INFINITY));
    assertEquals(Verdict.DIFFERS, Rule.between(0, 1).judge(Double.NEGATIVE_INFINITY));
  }

  @Test
  void nothingPublished() {
    assertEquals(Verdict.NOT_PUBLISHED, Rule.none().judge(7));
    assertEquals(Verdict.FAILED, Rule.none().judge(Double.NaN));
    assertEquals("", Rule.none().published());
  }

  @Test
  void saysWhatIsPublished() {
    assertEquals("0.62", Rule.within(0.62, 1).published());
    assertEquals("95", Rule.equal(95).published());
    assertEquals("at most 0.1", Rule.atMost(0.1).published());
    assertEquals("1 to 2.5", Rule.between(1, 2.5).published());
  }

  @Test
  void refusesRulesThatCouldNotFail() {
    assertThrows(IllegalArgumentException.class, () -> Rule.within(1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Rule.within(1, -0.1));
    assertThrows(IllegalArgumentException.class, () -> Rule.within(1, Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> Rule.within(Double.NaN, 1));
    assertThrows(IllegalArgumentException.class, () -> Rule.atMost(Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> Rule.between(2, 1));
    assertThrows(IllegalArgumentException.class, () -> Rule.claim(" ", x -> true));
  }
}
