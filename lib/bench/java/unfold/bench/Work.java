package unfold.bench;

import java.util.Map;

/** What a row wants done again and again. */
interface Work extends AutoCloseable {
  /** Does it from the start and returns the numbers that all contestants must agree on, by name. */
  Map<String, Double> check();

  /** Goes back to the start. */
  void reset();

  /** Does it once. */
  void call();

  @Override
  void close();
}
