package unfold.data;

import static unfold.data.BadFileException.require;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes symbols of texts, as {@link Corpus} says; the names of files are for messages. */
final class TextReader {
  private static final String BETWEEN_CHARACTERS = "";
  private static final String BETWEEN_WORDS = " ";
  private static final int ASCII = 128;

  private TextReader() {}

  /** Returns the words of three files: the parts to train on, to choose by and to test on. */
  static Corpus words(Origin origin, String[] names, byte[][] texts) throws IOException {
    require(texts[0].length > 0, "%s must hold a text to train on, but is empty", names[0]);
    Numbering numbering = new Numbering();
    int[][] parts = new int[texts.length][];
    for (int part = 0; part < texts.length; part++) {
      parts[part] = numbering.number(names[part], texts[part], part == 0);
    }
    int[] ranks = numbering.ranks();
    String[] symbols = new String[ranks.length];
    numbering.numbers.forEach((word, number) -> symbols[ranks[number]] = word);
    for (int[] part : parts) {
      for (int t = 0; t < part.length; t++) {
        part[t] = ranks[part[t]];
      }
    }
    return new Corpus(origin, new Vocabulary(List.of(symbols), BETWEEN_WORDS), parts[0], parts[1], parts[2]);
  }

  /** Words numbered as they come, and counted in the part to train on. */
  private static final class Numbering {
    final Map<String, Integer> numbers = new HashMap<>();
    private int[] counts = new int[1024];

    /** Returns the numbers of a file's words, each end of a line among them. */
    int[] number(String name, byte[] text, boolean train) throws IOException {
      int[] words = new int[text.length + 1];
      int count = 0;
      int line = 1;
      int lineBegin = 0;
      int wordBegin = 0;
      for (int i = 0; i <= text.length; i++) {
        // A last line without an end has one all the same.
        int c = i < text.length ? text[i] : lineBegin < i ? '\n' : ' ';
        if (c > ' ') {
          continue;
        }
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          throw new BadFileException("%s must be ASCII text, but has byte 0x%02x in line %d", name, c & 0xff,
              line);
        }
        if (i > wordBegin) {
          String word = new String(text, wordBegin, i - wordBegin, StandardCharsets.US_ASCII);
          if (word.equals(Corpus.END)) {
            throw new BadFileException("%s must not have the word %s, which stands for ends of lines, but has"
                + " it in line %d", name, Corpus.END, line);
          }
          words[count++] = numberOf(word, name, line, train);
        }
        wordBegin = i + 1;
        if (c == '\n') {
          words[count++] = numberOf(Corpus.END, name, line, train);
          lineBegin = wordBegin;
          line++;
        }
      }
      return Arrays.copyOf(words, count);
    }

    private int numberOf(String word, String name, int line, boolean train) throws IOException {
      Integer number = numbers.get(word);
      if (number == null && train) {
        number = numbers.size();
        numbers.put(word, number);
        counts = number < counts.length ? counts : Arrays.copyOf(counts, 2 * counts.length);
      } else if (number == null) {
        number = numbers.get(Corpus.UNKNOWN);
        require(number != null, "%s must have no word that the part to train on lacks, but has '%s' in line"
            + " %d", name, word, line);
      }
      if (train) {
        counts[number]++;
      }
      return number;
    }

    /**
     * Returns the place of each number when the most frequent word comes first, and of equals the first one.
     */
    int[] ranks() {
      Integer[] order = new Integer[numbers.size()];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, Comparator.comparingInt(number -> -counts[number]));
      int[] ranks = new int[order.length];
      for (int rank = 0; rank < order.length; rank++) {
        ranks[order[rank]] = rank;
      }
      return ranks;
    }
  }

  /** Returns the characters of three files. */
  static Corpus characters(Origin origin, String[] names, byte[][] texts) throws IOException {
    require(texts[0].length > 0, "%s must hold a text to train on, but is empty", names[0]);
    String alphabet = alphabet(names, texts);
    int[][] parts = new int[texts.length][];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = number(names[part], texts[part], 0, texts[part].length, alphabet);
    }
    return new Corpus(origin, vocabulary(alphabet), parts[0], parts[1], parts[2]);
  }

  /** Returns the characters of one file, split 90/5/5. */
  static Corpus characters(Origin origin, String name, byte[] text) throws IOException {
    return characters(origin, name, text, alphabet(new String[] {name}, new byte[][] {text}));
  }

  /** Returns the characters of one file, split 90/5/5, numbered by their places in an alphabet. */
  static Corpus characters(Origin origin, String name, byte[] text, String alphabet) throws IOException {
    require(text.length > 0, "%s must hold a text, but is empty", name);
    int trainEnd = (int) (text.length * 90L / 100);
    int validEnd = (int) (text.length * 95L / 100);
    return new Corpus(origin, vocabulary(alphabet), number(name, text, 0, trainEnd, alphabet),
        number(name, text, trainEnd, validEnd, alphabet), number(name, text, validEnd, text.length,
        alphabet));
  }

  private static Vocabulary vocabulary(String alphabet) {
    return new Vocabulary(List.of(alphabet.split("")), BETWEEN_CHARACTERS);
  }

  /** Returns the different characters of texts in the order of their codes. */
  private static String alphabet(String[] names, byte[][] texts) throws IOException {
    boolean[] there = new boolean[ASCII];
    for (int part = 0; part < texts.length; part++) {
      for (int i = 0; i < texts[part].length; i++) {
        byte c = texts[part][i];
        if (c < 0) {
          throw new BadFileException("%s must be ASCII text, but byte %d is 0x%02x", names[part], i,
              c & 0xff);
        }
        there[c] = true;
      }
    }
    StringBuilder alphabet = new StringBuilder();
    for (char c = 0; c < ASCII; c++) {
      if (there[c]) {
        alphabet.append(c);
      }
    }
    return alphabet.toString();
  }

  /** Returns the places in the alphabet of the characters from one to before another one. */
  private static int[] number(String name, byte[] text, int from, int to, String alphabet)
  throws IOException {
    int[] places = new int[256];
    Arrays.fill(places, -1);
    for (int i = 0; i < alphabet.length(); i++) {
      places[alphabet.charAt(i)] = i;
    }
    int[] numbers = new int[to - from];
    for (int i = from; i < to; i++) {
      int place = places[text[i] & 0xff];
      if (place < 0) {
        throw new BadFileException("%s must have only the characters '%s', but byte %d is 0x%02x", name,
            alphabet, i, text[i] & 0xff);
      }
      numbers[i - from] = place;
    }
    return numbers;
  }
}
