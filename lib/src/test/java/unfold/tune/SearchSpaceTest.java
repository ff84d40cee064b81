package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import unfold.Seed;

class SearchSpaceTest {
  private static final SearchSpace SPACE = SearchSpace.empty()
      .uniform("bias", -2, 2)
      .logUniform("rate", 1e-4, 1e-1)
      .categorical("optimizer", "sgd", "momentum", "rmsprop", "adam")
      .logit("momentum", 1, 7).onlyIf("optimizer", "momentum", "rmsprop")
      .integer("compute steps", 1, 6)
      .logInteger("samples", 1, 1000);

  private static Settings good() {
    return Settings.of("bias", 0.5).with("rate", 1e-2).with("optimizer", "momentum").with("momentum", 0.9)
        .with("compute steps", 3).with("samples", 10);
  }

  private static void refused(String message, Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }

  @Test
  void everyKindIsUniformOnItsScale() {
    Seed.Stream random = Seed.of(1).stream("test");
    int n = 40_000;
    Settings[] draws =
        IntStream.range(0, n).mapToObj(i -> SPACE.check(SPACE.draw(random))).toArray(Settings[]::new);
    uniform(draws, s -> (s.real("bias") + 2) / 4);
    uniform(draws, s -> (Math.log10(s.real("rate")) + 4) / 3);
    Settings[] with = java.util.Arrays.stream(draws).filter(s -> s.has("momentum")).toArray(Settings[]::new);
    assertEquals(0.5, with.length / (double) n, 0.01);
    uniform(with, s -> (Math.log(s.real("momentum") / (1 - s.real("momentum"))) - 1) / 6);
    for (int v = 1; v <= 6; v++) {
      int value = v;
      assertEquals(1 / 6.0, share(draws, s -> s.whole("compute steps") == value ? 1 : 0), 0.01);
    }
    for (String word : SPACE.parameters().get(2).words()) {
      assertEquals(0.25, share(draws, s -> s.word("optimizer").equals(word) ? 1 : 0), 0.01);
    }
    // A whole number owns the interval half around it: 1 from 0.5 to 1.5 of log(1000.5 / 0.5).
    assertEquals(Math.log(3) / Math.log(2001), share(draws, s -> s.whole("samples") == 1 ? 1 : 0), 0.01);
    assertEquals(0.5, share(draws, s -> s.whole("samples") <= 22 ? 1 : 0), 0.01);
  }

  /** The Kolmogorov-Smirnov distance of uniform draws is below 1.95 / sqrt(n) in 99.9% of cases. */
  private static void uniform(Settings[] draws, ToDoubleFunction<Settings> place) {
    double[] sorted = java.util.Arrays.stream(draws).mapToDouble(place).sorted().toArray();
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      distance = Math.max(distance, Math.abs(sorted[i] - (i + 0.5) / sorted.length));
    }
    assertTrue(distance < 1.95 / Math.sqrt(sorted.length), "distance " + distance);
  }

  private static double share(Settings[] draws, ToDoubleFunction<Settings> indicator) {
    return java.util.Arrays.stream(draws).mapToDouble(indicator).average().getAsDouble();
  }

  @Test
  void drawsAreAFunctionOfTheSeed() {
    assertEquals(SPACE.draw(Seed.of(3).stream("a")), SPACE.draw(Seed.of(3).stream("a")));
    assertNotEquals(SPACE.draw(Seed.of(3).stream("a")), SPACE.draw(Seed.of(4).stream("a")));
    // The bits themselves, so that another machine's differ visibly.
    assertEquals(-1.2160857494523247, SPACE.draw(Seed.of(1).stream("bits")).real("bias"));
  }

  @Test
  void embedsIntoTheUnitCube() {
    assertEquals(9, SPACE.width());
    double[] x = SPACE.embed(good());
    assertArrayEquals(new double[] {0.625, 2 / 3.0, 0, 1, 0, 0, (Math.log(9) - 1) / 6, 2.5 / 6,
        Math.log(20) / Math.log(2001)}, x, 1e-12);
    Settings without = Settings.of("bias", 0.5).with("rate", 1e-2).with("optimizer", "adam")
        .with("compute steps", 3).with("samples", 10);
    assertArrayEquals(new double[] {0.625, 2 / 3.0, 0, 0, 0, 1, 0.5, 2.5 / 6, Math.log(20) / Math.log(2001)},
        SPACE.embed(without), 1e-12);
  }

  @Test
  void placesAndValuesAreInverse() {
    Seed.Stream random = Seed.of(2).stream("test");
    for (int k = 0; k < 500; k++) {
      Settings settings = SPACE.draw(random);
      Settings again = SPACE.at(SPACE.places(settings));
      assertEquals(settings.asMap().keySet(), again.asMap().keySet());
      settings.asMap().forEach((name, value) -> {
        if (value instanceof Double number) {
          assertEquals(number, again.real(name), 1e-12 * Math.abs(number));
        } else {
          assertEquals(value, again.asMap().get(name), name);
        }
      });
    }
    double[] ends = new double[6];
    assertEquals("{\"bias\":-2.0,\"rate\":1.0E-4,\"optimizer\":\"sgd\",\"compute steps\":1,\"samples\":1}",
        SPACE.check(SPACE.at(ends)).toString());
    java.util.Arrays.fill(ends, 1);
    assertEquals("{\"bias\":2.0,\"rate\":0.1,\"optimizer\":\"adam\",\"compute steps\":6,\"samples\":1000}",
        SPACE.check(SPACE.at(ends)).toString());
  }

  @Test
  void aChildOfAParameterLeftOutIsLeftOut() {
    SearchSpace chain = SearchSpace.empty().categorical("a", "x", "y")
        .categorical("b", "x", "y").onlyIf("a", "y")
        .uniform("c", 0, 1).onlyIf("b", "y");
    Settings settings = chain.at(new double[] {0.1, 0.9, 0.5});
    assertEquals(Set.of("a"), settings.asMap().keySet());
    assertArrayEquals(new double[] {1, 0, 0, 0, 0.5}, chain.embed(settings));
    assertEquals(Set.of("a", "b", "c"), chain.at(new double[] {0.9, 0.9, 0.5}).asMap().keySet());
  }

  @Test
  void countsFiniteSpaces() {
    SearchSpace finite = SearchSpace.empty().integer("n", 1, 3).categorical("c", "a", "b");
    assertEquals(6, finite.count().getAsLong());
    assertFalse(SPACE.count().isPresent());
    Set<Settings> seen = new HashSet<>();
    Seed.Stream random = Seed.of(1).stream("test");
    for (int k = 0; k < 200; k++) {
      seen.add(finite.draw(random));
    }
    assertEquals(6, seen.size());
  }

  @Test
  void badSpacesAreRefused() {
    SearchSpace empty = SearchSpace.empty();
    refused("the bounds of rate must be finite and low < high, but were low 1.0, high 1.0",
        () -> empty.uniform("rate", 1, 1));
    refused("low of rate must be above 0 on a logarithmic scale, but was 0.0",
        () -> empty.logUniform("rate", 0, 1));
    refused("low of n must be at least 1 on a logarithmic scale, but was 0.0",
        () -> empty.logInteger("n", 0, 5));
    refused("c must have at least 2 different words, but has [a, a]", () -> empty.categorical("c", "a", "a"));
    refused("a parameter's name must differ from rate by more than capital letters, but was rate",
        () -> SPACE.uniform("rate", 0, 1));
    refused("a parameter's name must differ from rate by more than capital letters, but was Rate",
        () -> SPACE.uniform("Rate", 0, 1));
    refused("a parameter's name must not be blank, but was ' '", () -> empty.uniform(" ", 0, 1));
    refused("the parent of x must be a categorical parameter added before it, but was y",
        () -> empty.uniform("x", 0, 1).onlyIf("y", "a"));
    refused("x can depend on c being some of [a, b], but was given [d]",
        () -> empty.categorical("c", "a", "b").uniform("x", 0, 1).onlyIf("c", "d"));
    refused("onlyIf must follow the parameter that is to depend on c, once",
        () -> empty.categorical("c", "a", "b").uniform("x", 0, 1).onlyIf("c", "a").onlyIf("c", "b"));
  }

  @Test
  void badSettingsAreRefused() {
    SPACE.check(good());
    refused("rate must be in 1.0E-4..0.1, but was 0.5", () -> SPACE.check(good().with("rate", 0.5)));
    refused("compute steps must be in 1..6, but was 7", () -> SPACE.check(good().with("compute steps", 7)));
    refused("compute steps must be a whole number, but was 2.0",
        () -> SPACE.check(good().with("compute steps", 2.0)));
    refused("bias must be a real number, but was 1", () -> SPACE.check(good().with("bias", 1)));
    refused("optimizer must be one of [sgd, momentum, rmsprop, adam], but was lbfgs",
        () -> SPACE.check(good().with("optimizer", "lbfgs")));
    refused("momentum must be in 0.7310585786300049..0.9990889488055994, but was 0.5",
        () -> SPACE.check(good().with("momentum", 0.5)));
    refused("momentum must be left out unless optimizer is momentum or rmsprop, but was 0.9",
        () -> SPACE.check(good().with("optimizer", "adam")));
    refused("there is no parameter depth among [bias, rate, optimizer, momentum, compute steps, samples]",
        () -> SPACE.check(good().with("depth", 2)));
    Map<String, Object> fewer = new LinkedHashMap<>(good().asMap());
    fewer.remove("bias");
    refused("bias is missing in " + Settings.of(fewer), () -> SPACE.check(Settings.of(fewer)));
  }

  @Test
  void selectsWhatIsOfTheSpace() {
    Settings more = Settings.of("depth", 2).with(good()).with("cell", "RNN");
    assertEquals(good().toString(), SPACE.select(more).toString());
    assertEquals(good().with("optimizer", "sgd").without("momentum"), SPACE.select(more.with("optimizer", "sgd")));
    refused("rate must be in 1.0E-4..0.1, but was 0.5", () -> SPACE.select(more.with("rate", 0.5)));
    SearchSpace nested = SearchSpace.empty().categorical("a", "yes", "no")
        .categorical("b", "yes", "no").onlyIf("a", "yes").uniform("c", 0, 1).onlyIf("b", "yes");
    assertEquals(Settings.of("a", "no"),
        nested.select(Settings.of("a", "no").with("b", "yes").with("c", 0.5)));
  }

  @Test
  void settingsAreJoined() {
    Settings joined = Settings.of("rate", 0.1).with("depth", 1).with(Settings.of("depth", 2).with("cell", "RNN"));
    assertEquals("{\"rate\":0.1,\"depth\":2,\"cell\":\"RNN\"}", joined.toString());
    assertEquals("{\"rate\":0.1,\"cell\":\"RNN\"}", joined.without("depth").without("depth").toString());
  }

  @Test
  void settingsAreTypedAndReadBackBitForBit() {
    Settings settings = good().with("rate", 0.1 + 0.2 - 0.25);
    assertEquals(settings, Settings.parse(settings.toString()));
    assertEquals(settings.real("rate"), Settings.parse(settings.toString()).real("rate"));
    assertEquals(3, settings.whole("compute steps"));
    assertEquals(3.0, settings.real("compute steps"));
    refused("the setting rate is asked for as a whole number, but is 0.050000000000000044",
        () -> settings.whole("rate"));
    refused("the setting bias is asked for as a word, but is 0.5", () -> settings.word("bias"));
    refused("there is no setting 'units' among [bias, rate, optimizer, momentum, compute steps, samples];"
        + " one that depends on another is there only where its condition holds", () ->
        settings.real("units"));
    for (String text : new String[] {"null", "{\"a\":1} junk", "[1]"}) {
      refused("settings must be a JSON object, but were '" + text + "'", () -> Settings.parse(text));
    }
    refused("rate must be finite, but was NaN", () -> settings.with("rate", Double.NaN));
    refused("rate must be a Double, an Integer or a String, but was 1", () -> settings.with("rate", 1L));
    assertThrows(UnsupportedOperationException.class, () -> settings.asMap().put("x", 1));
  }
}
