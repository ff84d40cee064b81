package unfold.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import unfold.Check;

/**
 * The different symbols of a text, words or characters, numbered from 0 in an order that the text alone
 * decides.
 */
public final class Vocabulary {
  private final List<String> symbols;
  private final String between;
  private final Map<String, Integer> indices = new HashMap<>();

  /** Takes symbols in their order, and what stands between two of them in a text. */
  Vocabulary(List<String> symbols, String between) {
    this.symbols = List.copyOf(symbols);
    this.between = between;
    for (int i = 0; i < symbols.size(); i++) {
      indices.put(symbols.get(i), i);
    }
  }

  /** Returns the number of symbols. */
  public int size() {
    return symbols.size();
  }

  /** Returns the symbol of an index in 0..size - 1: a word, or a single character. */
  public String symbol(int index) {
    Check.within("index", index, 0, size() - 1);
    return symbols.get(index);
  }

  /** Returns all symbols in the order of their indices. */
  public List<String> symbols() {
    return symbols;
  }

  /** Returns whether there is such a symbol. */
  public boolean contains(String symbol) {
    return indices.containsKey(symbol);
  }

  /**
   * Returns the index of a symbol.
   *
   * @throws IllegalArgumentException if there is none such
   */
  public int index(String symbol) {
    Integer index = indices.get(symbol);
    Check.that(index != null, "symbol must be one of the vocabulary's %d, but was '%s'", size(), symbol);
    return index;
  }

  /** Returns the text that symbols make: words with spaces between them, characters without. */
  public String text(int... symbolsT) {
    return IntStream.of(symbolsT).mapToObj(this::symbol).collect(Collectors.joining(between));
  }
}
