package unfold.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;

/** Trees of maps, lists, strings, numbers and booleans, as JSON has them. */
final class Json {
  private static final ObjectMapper WRITER = new ObjectMapper();
  /** As many digits as a screen could ever show: a notebook holds every number as text. */
  private static final MathContext PRECISION = new MathContext(7);

  private Json() {}

  static String string(Object tree) {
    try {
      return WRITER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + tree, e);
    }
  }

  /** Sets {@code tree[a][b][c]} for the key {@code a.b.c}; a map is merged into the map that is there. */
  static void put(Map<String, Object> tree, String key, Object value) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      Check.that(value != null, "'%s' must have a value, but it was null", key);
      merge(tree, Map.of(key, value));
      return;
    }
    put(child(tree, key.substring(0, dot)), key.substring(dot + 1), value);
  }

  /** Returns the map at a key, replaced by a copy that nobody else has; a title that was text becomes one. */
  static Map<String, Object> child(Map<String, Object> tree, String key) {
    Object there = tree.get(key);
    Map<String, Object> child = new LinkedHashMap<>();
    if (there instanceof Map) {
      child.putAll(map(there));
    } else if (there instanceof String && key.equals("title")) {
      child.put("text", there);
    }
    tree.put(key, child);
    return child;
  }

  /** Copies a tree's maps, but no lists and arrays. */
  static Map<String, Object> copy(Map<String, Object> tree) {
    Map<String, Object> copy = new LinkedHashMap<>();
    merge(copy, tree);
    return copy;
  }

  /** Returns the map at a key with dots, an empty one if there is none. */
  static Map<String, Object> at(Map<String, Object> tree, String key) {
    Map<String, Object> at = tree;
    for (String part : key.split("\\.")) {
      at = at.get(part) instanceof Map ? map(at.get(part)) : Map.of();
    }
    return at;
  }

  /** Puts all entries into {@code tree}, maps into maps; other values replace what is there. */
  static void merge(Map<String, Object> tree, Map<String, ?> from) {
    from.forEach((key, value) -> {
      if (value instanceof Map) {
        merge(child(tree, key), map(value));
      } else {
        tree.put(key, value);
      }
    });
  }

  /**
   * Returns a copy of maps and lists alone: arrays become lists, numbers are cut to what a screen shows, a
   * number that is not finite becomes null.
   */
  static Object plain(Object value) {
    if (value instanceof Map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map(value).forEach((k, v) -> copy.put(k, plain(v)));
      return copy;
    }
    if (value instanceof Collection) {
      List<Object> copy = new ArrayList<>(((Collection<?>) value).size());
      ((Collection<?>) value).forEach(v -> copy.add(plain(v)));
      return copy;
    }
    if (value != null && value.getClass().isArray()) {
      int length = Array.getLength(value);
      List<Object> copy = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        copy.add(plain(Array.get(value, i)));
      }
      return copy;
    }
    if (value instanceof Double || value instanceof Float) {
      return number(((Number) value).doubleValue());
    }
    return value instanceof Enum ? value.toString() : value;
  }

  private static Number number(double value) {
    if (!Double.isFinite(value)) {
      return null;
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return (long) value;
    }
    return BigDecimal.valueOf(value).round(PRECISION).doubleValue();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}
