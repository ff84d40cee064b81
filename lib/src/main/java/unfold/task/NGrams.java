package unfold.task;

import java.util.Arrays;
import unfold.Check;

/**
 * What can be said of a text's next symbol without a memory: from counts alone (unigram), and from the symbol
 * before (bigram), which is all that a network without recurrence sees. Both give every symbol some
 * probability, whether counted or not.
 */
public final class NGrams {
  private final int symbols;
  private final double[] unigram;
  /** The pairs that occur, each as its first symbol times V plus its second, ascending; and how often. */
  private final long[] pairs;
  private final int[] counts;
  /** How often a symbol is followed by another, and by how many different ones. */
  private final int[] followed;
  private final int[] followers;

  /**
   * Counts a text.
   *
   * @param text the symbols, each in 0..symbols-1, at least two
   * @param symbols the number of different symbols V, at least 1
   */
  public NGrams(int[] text, int symbols) {
    this.symbols = Check.atLeast("the number of different symbols", symbols, 1);
    check(text);
    unigram = new double[symbols];
    for (int t = 1; t < text.length; t++) {
      unigram[text[t]]++;
    }
    for (int s = 0; s < symbols; s++) {
      unigram[s] = (unigram[s] + 1) / (text.length - 1 + symbols);
    }
    long[] all = new long[text.length - 1];
    for (int t = 0; t < all.length; t++) {
      all[t] = pair(text[t], text[t + 1]);
    }
    Arrays.sort(all);
    int kinds = (int) Arrays.stream(all).distinct().count();
    pairs = new long[kinds];
    counts = new int[kinds];
    followed = new int[symbols];
    followers = new int[symbols];
    int kind = -1;
    for (int i = 0; i < all.length; i++) {
      int first = (int) (all[i] / symbols);
      if (i == 0 || all[i] != all[i - 1]) {
        pairs[++kind] = all[i];
        followers[first]++;
      }
      counts[kind]++;
      followed[first]++;
    }
  }

  private void check(int[] text) {
    Check.that(text.length >= 2, "the text must have at least 2 symbols, but has %d", text.length);
    for (int symbol : text) {
      Check.within("a symbol", symbol, 0, symbols - 1);
    }
  }

  private long pair(int first, int second) {
    return (long) first * symbols + second;
  }

  /** Returns the probability of a symbol, (n + 1) / (N + V) for n of N targets (Laplace). */
  public double unigram(int symbol) {
    return unigram[Check.within("a symbol", symbol, 0, symbols - 1)];
  }

  /**
   * Returns the probability of a symbol after another, (n + k p) / (N + k): n of N successors were it, k
   * different ones there were, and p is its unigram probability (Witten and Bell 1991).
   */
  public double bigram(int before, int symbol) {
    Check.within("a symbol", before, 0, symbols - 1);
    double p = unigram(symbol);
    if (followed[before] == 0) {
      return p;
    }
    int at = Arrays.binarySearch(pairs, pair(before, symbol));
    int kinds = followers[before];
    return ((at < 0 ? 0 : counts[at]) + kinds * p) / (followed[before] + kinds);
  }

  /**
   * Returns the cross-entropy of a text's symbols from its second on by their unigram probabilities, as loss.
   */
  public Score unigram(int[] text) {
    check(text);
    double sum = 0;
    for (int t = 1; t < text.length; t++) {
      sum -= StrictMath.log(unigram[text[t]]);
    }
    return new Score(sum / (text.length - 1), Double.NaN);
  }

  /**
   * Returns the cross-entropy of a text's symbols from its second on by their bigram probabilities, as loss.
   */
  public Score bigram(int[] text) {
    check(text);
    double sum = 0;
    for (int t = 1; t < text.length; t++) {
      sum -= StrictMath.log(bigram(text[t - 1], text[t]));
    }
    return new Score(sum / (text.length - 1), Double.NaN);
  }
}
