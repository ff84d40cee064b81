package unfold.tune;

import java.util.List;

/**
 * Says which settings to try next. A pure function: suggestion k depends on the tuner's own settings and
 * seed, k, and the results of trials 0..k-q alone, q being {@link #batch}; of the q-1 trials after them only
 * the settings count. So q trials can run at once, and neither their number nor the order in which they end
 * changes a suggestion.
 */
public interface Tuner {

  /** Returns the space that suggestions are from. */
  SearchSpace space();

  /** Returns q, at least 1: suggestion k waits for the results of trials 0..k-q. */
  int batch();

  /**
   * Returns the settings of the next trial.
   *
   * @param before the trials 0..k-1 in order; those after k-q count as running
   * @throws IllegalArgumentException if they are not in order, or one of 0..k-q has not ended
   * @throws IllegalStateException if all settings of a finite space have been tried
   */
  Settings suggest(List<Trial> before);

  /**
   * Returns this tuner with settings of one's own tried first, in their order: the best that are known, or a
   * grid, of which a sweep tries no more than these. How many random trials this one begins with counts from
   * the first.
   *
   * @param first of this tuner's space
   * @throws IllegalArgumentException if some are not of the space
   */
  default Tuner after(List<Settings> first) {
    return new Preceded(List.copyOf(first), this);
  }

  /** Returns what it is with all that its suggestions depend on: a store refuses trials of another. */
  @Override
  String toString();
}
