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
    return space.draw(stream(seed, before.size()));
  }

  static Seed.Stream stream(Seed seed, int number) {
    return seed.stream("trial " + number);
  }

  @Override
  public String toString() {
    return "random search, seed " + seed.value();
  }
}
