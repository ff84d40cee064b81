package unfold.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import unfold.Seed;

/**
 * Sentences of a made-up language that is like English where a model of language would notice: few words are
 * frequent and many rare (Zipf's law), words are made of syllables, a verb agrees with its subject however
 * much stands between them, and some sentences on end have one subject matter, whose words they prefer.
 */
final class GeneratedText {
  /** What stands for the names of files in messages. */
  static final String[] NAMES = {"the generated text to train on", "the generated text for validation",
      "the generated text for tests"};

  private static final Seed SEED = Seed.of(1).split("generated text");
  /** The sentences of Penn Treebank's three parts. */
  private static final int[] SENTENCES = {42_068, 3_370, 3_761};
  private static final int TEXT8_BYTES = 5_000_000;
  private static final int SHAKESPEARE_BYTES = 1_115_394;

  private static final int SUBJECT_MATTERS = 16;
  /** How many sentences on end have one subject matter. */
  private static final int SENTENCES_OF_ONE = 12;
  /** One rare word in so many is not written out, where a text has a word for the unknown. */
  private static final int UNKNOWN_ONE_IN = 30;
  private static final int DEEPEST = 2;

  private static final String[] ONSETS = {
      "b", "c", "d", "f", "g", "h", "j", "l", "m", "n", "p", "r", "s", "t", "v", "w", "bl", "br",
      "ch", "cl", "cr", "dr", "fl", "gr", "pl", "pr", "qu", "sh", "sl", "sp", "st", "str", "th",
      "tr"};
  private static final String[] VOWELS = {
      "a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "oo", "ou"};
  private static final String[] CODAS = {
      "", "", "", "b", "ck", "d", "g", "l", "ld", "m", "n", "nd", "nt", "p", "r", "rd", "rm", "rn",
      "st", "t", "x", "z"};
  private static final String[] DETERMINERS = {
      "the", "the", "the", "the", "this", "that", "its", "his", "their", "our"};
  private static final String[] SINGULAR_ONLY = {"a", "a", "one", "every", "each"};
  private static final String[] PLURAL_ONLY = {"some", "many", "these", "two", "all"};
  private static final String[] PREPOSITIONS = {
      "of", "of", "of", "in", "in", "to", "for", "on", "at", "by", "from", "with", "under", "over",
      "into", "about"};
  private static final String[] CONJUNCTIONS = {
      "and", "and", "and", "but", "while", "because", "as", "although"};
  private static final String[] AUXILIARIES = {"will", "would", "can", "could", "may", "must", "should"};

  /** The words of one kind, the most frequent ones first, drawn with odds of about one over the place. */
  private static final class Words {
    private final String[] words;
    private final double[] odds;

    Words(String[] words) {
      this.words = words;
      odds = new double[words.length];
      double sum = 0;
      for (int i = 0; i < odds.length; i++) {
        sum += 1 / (i + 2.7);
        odds[i] = sum;
      }
    }

    int draw(Seed.Stream random) {
      int i = Arrays.binarySearch(odds, random.nextDouble(0, odds[odds.length - 1]));
      return i < 0 ? -i - 1 : i;
    }

    /** Returns the place of a word of the subject matter: their places are so many apart. */
    int draw(Seed.Stream random, int matter) {
      int i = draw(random);
      int close = i - i % SUBJECT_MATTERS + matter;
      return close < words.length ? close : i;
    }
  }

  private static final Words NOUNS;
  private static final Words VERBS;
  private static final Words ADJECTIVES;
  private static final Words ADVERBS;
  private static final Words NAMES_OF_PEOPLE;

  static {
    Seed.Stream random = SEED.stream("words");
    Set<String> taken = new HashSet<>();
    for (String[] words : List.of(DETERMINERS, SINGULAR_ONLY, PLURAL_ONLY, PREPOSITIONS, CONJUNCTIONS,
        AUXILIARIES)) {
      taken.addAll(Arrays.asList(words));
    }
    NOUNS = new Words(invent(2600, taken, random));
    VERBS = new Words(invent(900, taken, random));
    ADJECTIVES = new Words(invent(1200, taken, random));
    String[] adverbs = new String[300];
    Arrays.setAll(adverbs, i -> ADJECTIVES.words[i] + "ly");
    ADVERBS = new Words(adverbs);
    NAMES_OF_PEOPLE = new Words(invent(500, taken, random));
  }

  private final StringBuilder text = new StringBuilder();
  private final Seed.Stream random;
  private final boolean unknown;
  private int sentences;
  private int matter;

  private GeneratedText(String stream, boolean unknown) {
    random = SEED.stream(stream);
    this.unknown = unknown;
  }

  /** Returns three texts in the form of Penn Treebank's files. */
  static byte[][] pennTreebank() {
    byte[][] parts = new byte[SENTENCES.length][];
    for (int part = 0; part < parts.length; part++) {
      GeneratedText text = new GeneratedText("penn treebank " + part, true);
      while (text.sentences < SENTENCES[part]) {
        text.sentence().append(" \n");
      }
      parts[part] = text.bytes();
    }
    return parts;
  }

  /** Returns a twentieth of text8's length in its form. */
  static byte[] text8() {
    GeneratedText text = new GeneratedText("text8", false);
    while (text.text.length() < TEXT8_BYTES) {
      text.sentence();
    }
    text.text.setLength(TEXT8_BYTES);
    return text.bytes();
  }

  /** Returns lines of text as long as Tiny Shakespeare. */
  static byte[] shakespeare() {
    GeneratedText text = new GeneratedText("shakespeare", false);
    while (text.text.length() < SHAKESPEARE_BYTES) {
      text.sentence().append('\n');
    }
    text.text.setLength(SHAKESPEARE_BYTES);
    return text.bytes();
  }

  private byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private StringBuilder sentence() {
    if (sentences++ % SENTENCES_OF_ONE == 0) {
      matter = random.nextInt(SUBJECT_MATTERS);
    }
    clause(0);
    while (oneIn(2)) {
      say(any(CONJUNCTIONS));
      clause(0);
    }
    return text;
  }

  private void clause(int depth) {
    boolean plural = subject(depth);
    if (oneIn(8)) {
      say(any(ADVERBS));
    }
    verb(plural);
    if (depth < DEEPEST && oneIn(6)) {
      say("that");
      clause(depth + 1);
      return;
    }
    if (!oneIn(5)) {
      subject(depth);
    }
    if (oneIn(3)) {
      say(any(PREPOSITIONS));
      subject(depth + 1);
    }
  }

  /** Says of what something is said, or to whom it is done; returns whether it is more than one. */
  private boolean subject(int depth) {
    if (oneIn(6)) {
      say(any(NAMES_OF_PEOPLE));
      return false;
    }
    boolean plural = oneIn(3);
    say(oneIn(3) ? any(plural ? PLURAL_ONLY : SINGULAR_ONLY) : any(DETERMINERS));
    for (int adjectives = 0; adjectives < 2 && oneIn(3); adjectives++) {
      say(any(ADJECTIVES));
    }
    String noun = onTheMatter(NOUNS);
    say(plural ? noun + "s" : noun);
    if (depth < DEEPEST && oneIn(4)) {
      say(any(PREPOSITIONS));
      subject(depth + 1);
    }
    return plural;
  }

  private void verb(boolean plural) {
    String verb = onTheMatter(VERBS);
    if (oneIn(3)) {
      say(verb + "ed");
    } else if (oneIn(4)) {
      say(any(AUXILIARIES));
      say(verb);
    } else {
      say(plural ? verb : verb + "s");
    }
  }

  private void say(String word) {
    boolean rare = unknown && word.length() > 6 && random.nextInt(UNKNOWN_ONE_IN) == 0;
    text.append(' ').append(rare ? Corpus.UNKNOWN : word);
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private String any(String[] words) {
    return words[random.nextInt(words.length)];
  }

  private String any(Words words) {
    return words.words[words.draw(random)];
  }

  private String onTheMatter(Words words) {
    return oneIn(2) ? any(words) : words.words[words.draw(random, matter)];
  }

  /** Makes different words, the first ones of a syllable and the later ones of more. */
  private static String[] invent(int count, Set<String> taken, Seed.Stream random) {
    List<String> words = new ArrayList<>();
    while (words.size() < count) {
      StringBuilder word = new StringBuilder();
      int syllables = words.size() < 60 ? 1 : words.size() < 800 ? 2 : 2 + random.nextInt(2);
      for (int i = 0; i < syllables; i++) {
        word.append(ONSETS[random.nextInt(ONSETS.length)]).append(VOWELS[random.nextInt(VOWELS.length)]);
      }
      word.append(CODAS[random.nextInt(CODAS.length)]);
      if (word.length() > 2 && taken.add(word.toString())) {
        words.add(word.toString());
      }
    }
    return words.toArray(String[]::new);
  }
}
