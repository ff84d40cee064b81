package unfold.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import unfold.Check;

/**
 * One choice of hyperparameters: an immutable map from names to real numbers, whole numbers or words.
 *
 * <pre>{@code
 * double rate = settings.real("rate");
 * Optimizer optimizer = settings.word("optimizer").equals("adam") ? Optimizer.adam() : Optimizer.sgd();
 * }</pre>
 *
 * Two are equal if they name the same values, in whatever order.
 */
public final class Settings {
  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Map<String, Object> values;

  private Settings(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Returns the settings of a map, in its order.
   *
   * @param values a Double (finite), an Integer or a String for each name
   * @throws IllegalArgumentException if a value is of another type or not finite
   */
  public static Settings of(Map<String, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      Check.that(value instanceof Double || value instanceof Integer || value instanceof String,
          "%s must be a Double, an Integer or a String, but was %s", name, value);
      if (value instanceof Double number) {
        Check.finite(name, number);
      }
      copy.put(name, value);
    });
    return new Settings(copy);
  }

  /** Returns one setting; {@link #with} adds others. */
  public static Settings of(String name, Object value) {
    return of(Map.of(name, value));
  }

  /** Returns these settings with one more, or with another value for one. */
  public Settings with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return of(more);
  }

  /** Returns these settings with all of others, whose values count where both have one. */
  public Settings with(Settings others) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new Settings(all);
  }

  /** Returns these settings without one, which need not be there. */
  public Settings without(String name) {
    Map<String, Object> fewer = new LinkedHashMap<>(values);
    fewer.remove(name);
    return new Settings(fewer);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is no JSON object of numbers and words
   */
  public static Settings parse(String json) {
    try {
      Map<?, ?> values = JSON.readValue(json, LinkedHashMap.class);
      Check.that(values != null, "settings must be a JSON object, but were '%s'", json);
      Map<String, Object> named = new LinkedHashMap<>();
      values.forEach((name, value) -> named.put((String) name, value));
      return of(named);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("settings must be a JSON object, but were '" + json + "'", e);
    }
  }

  /**
   * Returns whether there is a setting of the name: a conditional one is there only where its condition
   * holds.
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * Returns a real number; a whole one counts as one.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public double real(String name) {
    return get(name, Number.class, "a number").doubleValue();
  }

  /**
   * Returns a whole number.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public int whole(String name) {
    return get(name, Integer.class, "a whole number");
  }

  /**
   * Returns the word of a categorical parameter.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public String word(String name) {
    return get(name, String.class, "a word");
  }

  private <T> T get(String name, Class<T> type, String kind) {
    Object value = values.get(name);
    Check.that(value != null, "there is no setting '%s' among %s; one that depends on another is there only"
        + " where its condition holds", name, values.keySet());
    Check.that(type.isInstance(value), "the setting %s is asked for as %s, but is %s", name, kind, value);
    return type.cast(value);
  }

  /** Returns all values by name, in the order of the space; unmodifiable. */
  public Map<String, Object> asMap() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Settings settings && values.equals(settings.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns JSON, {@code {"rate":0.01,"optimizer":"adam"}}, from which {@link #parse} restores every bit. */
  @Override
  public String toString() {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Numbers and words can be written.
    }
  }
}
