package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import unfold.engine.EngineProvider.Use;
import unfold.engine.djl.DjlEngine;

class EngineChoiceTest {
  private final List<String> notices = new ArrayList<>();

  private Engine choose(Use use, String forced, EngineProvider... providers) {
    return new EngineChoice(List.of(providers), notices::add).engine(use, forced);
  }

  @Test
  void theAvailableEngineOfTheHighestRankIsTaken() {
    EngineProvider slow = new Fake("slow", 1, 2, null);
    EngineProvider fast = new Fake("fast", 2, 1, null);
    assertEquals("fast for TRAINING", choose(Use.TRAINING, null, slow, fast).name());
    assertEquals("fast for TRAINING", choose(Use.TRAINING, null, fast, slow).name());
    assertEquals("slow for ANALYSIS", choose(Use.ANALYSIS, null, slow, fast).name());
    assertEquals(List.of(), notices);
  }

  @Test
  void whyABetterEngineIsOffIsSaid() {
    EngineProvider slow = new Fake("slow", 1, 1, null);
    EngineProvider fast = new Fake("fast", 2, 2, "there is no wind (open a window)");
    assertEquals("slow for TRAINING", choose(Use.TRAINING, null, slow, fast).name());
    assertEquals(
        List.of("unfold: the fast engine is off: there is no wind (open a window); slow is used."), notices);
    notices.clear();
    EngineProvider slower = new Fake("slower", 0, 0, "it is ill");
    assertEquals("slow for TRAINING", choose(Use.TRAINING, null, slow, slower).name());
    assertEquals(List.of(), notices, "nobody would have used it");
  }

  @Test
  void aReaderCanForceOne() {
    EngineProvider slow = new Fake("slow", 1, 1, null);
    EngineProvider fast = new Fake("fast", 2, 2, null);
    assertEquals("slow for TRAINING", choose(Use.TRAINING, "slow", slow, fast).name());
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
        () -> choose(Use.TRAINING, "Slow", slow, fast));
    assertEquals("the system property unfold.engine must be one of [fast, slow], but was 'Slow'",
        e.getMessage());
  }

  @Test
  void aForcedEngineThatIsOffIsAnError() {
    EngineProvider slow = new Fake("slow", 1, 1, null);
    EngineProvider fast = new Fake("fast", 2, 2, "there is no wind");
    String message = assertThrows(IllegalStateException.class, () -> choose(Use.TRAINING, "fast", slow, fast))
        .getMessage();
    assertEquals("the fast engine, which the system property unfold.engine asks for, is off:"
        + " there is no wind", message);
    message = assertThrows(IllegalStateException.class, () -> choose(Use.TRAINING, null, fast)).getMessage();
    assertEquals("the fast engine is off: there is no wind", message);
    assertThrows(IllegalStateException.class, () -> choose(Use.TRAINING, null));
  }

  @Test
  void theLibrarysEnginesAreFound() {
    String training = DjlEngine.inFloat().name();
    String analysis = DjlEngine.inDouble().name();
    String before = System.getProperty(EngineChoice.PROPERTY);
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      // As in a notebook's kernel, whose threads have another loader than the library.
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      System.setProperty(EngineChoice.PROPERTY, "djl");
      assertEquals(training, Engine.forTraining().name());
      assertEquals(analysis, Engine.forAnalysis().name());
      System.setProperty(EngineChoice.PROPERTY, "abacus");
      String message = assertThrows(IllegalArgumentException.class, Engine::forTraining).getMessage();
      assertTrue(message.contains("djl") && message.contains("'abacus'"), message);
    } finally {
      Thread.currentThread().setContextClassLoader(loader);
      if (before == null) {
        System.clearProperty(EngineChoice.PROPERTY);
      } else {
        System.setProperty(EngineChoice.PROPERTY, before);
      }
    }
  }

  /** {@code reason} is null if it is available. */
  private record Fake(String name, int training, int analysis, String reason) implements EngineProvider {
    @Override
    public int rank(Use use) {
      return use == Use.TRAINING ? training : analysis;
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.ofNullable(reason);
    }

    @Override
    public Engine engine(Use use) {
      return new Engine() {
        @Override
        public String name() {
          return Fake.this.name + " for " + use;
        }

        @Override
        public Program compile(Architecture architecture) {
          throw new AssertionError("nothing is compiled here");
        }
      };
    }
  }
}
