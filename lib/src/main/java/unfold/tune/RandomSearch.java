package unfold.tune;

import java.util.List;
import unfold.Seed;

/**
 * Draws every trial's settings independently, each parameter uniform on its scale. In a finite space
 * settings may come again.
 *
 * @param space what to choose from
 * @param seed of all draws
 */
public record RandomSearch(SearchSpace space, Seed seed) implements Tuner {

  @Override
  public int batch() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Settings suggest(List<Trial> before) {
    return draw(space, seed, before.size());
  }

  static Settings draw(SearchSpace space, Seed seed, int number) {
    return space.draw(seed.stream("trial " + number));
  }

  @Override
  public String toString() {
    return "random search, seed " + seed.value();
  }
}
