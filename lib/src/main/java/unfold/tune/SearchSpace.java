package unfold.tune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import unfold.Check;
import unfold.Seed;

/**
 * What a tuner may choose from: typed parameters with their ranges. Immutable; each call returns a larger
 * space.
 *
 * <pre>{@code
 * SearchSpace space = SearchSpace.empty()
 *     .logUniform("rate", 1e-4, 1e-1)
 *     .categorical("optimizer", "sgd", "momentum", "adam")
 *     .logit("momentum", 1, 7).onlyIf("optimizer", "momentum")
 *     .integer("compute steps", 1, 6);
 * }</pre>
 *
 * <p>Every parameter has a scale on which it is uniform, and on which distances are measured: {@link #embed}
 * maps settings into a unit cube, a coordinate a number and one a word of a categorical parameter (1 for the
 * word chosen, 0 for others). A whole number lies in the middle of its interval. Where a conditional
 * parameter is left out, its number counts as 1/2 and its words as 0: two settings without it do not differ
 * in it, and how they differ from settings with it is learnt.
 */
public final class SearchSpace {

  /** On which scale a parameter is uniform. */
  public enum Kind {
    /** A real number, uniform. */
    UNIFORM,
    /** A real number whose logarithm is uniform. */
    LOG_UNIFORM,
    /** A real number between 0 and 1 whose logit log(v / (1 - v)) is uniform. */
    LOGIT,
    /** A whole number, all alike. */
    INTEGER,
    /** A whole number whose logarithm is about uniform. */
    LOG_INTEGER,
    /** One of some words, all alike. */
    CATEGORICAL
  }

  /**
   * One parameter.
   *
   * @param name its name
   * @param kind its scale
   * @param low the lowest value, included; for {@link Kind#LOGIT} the lowest logit
   * @param high the highest value, included; for {@link Kind#LOGIT} the highest logit
   * @param words the values of a categorical parameter, else empty
   * @param parent the categorical parameter on which it depends; null if it is always there
   * @param when the parent's values for which it is there
   */
  public record Parameter(String name, Kind kind, double low, double high, List<String> words, String parent,
      List<String> when) {

    /** Checks that the range fits the kind. */
    public Parameter {
      Check.that(name != null && !name.isBlank(), "a parameter's name must not be blank, but was '%s'", name);
      words = List.copyOf(words);
      when = List.copyOf(when);
      if (kind == Kind.CATEGORICAL) {
        Check.that(words.size() >= 2 && words.stream().distinct().count() == words.size(),
            "%s must have at least 2 different words, but has %s", name, words);
      } else {
        Check.that(Double.isFinite(low) && Double.isFinite(high) && low < high,
            "the bounds of %s must be finite and low < high, but were low %s, high %s", name, low, high);
        Check.that(kind != Kind.LOG_UNIFORM || low > 0,
            "low of %s must be above 0 on a logarithmic scale, but was %s", name, low);
        Check.that(kind != Kind.LOG_INTEGER || low >= 1,
            "low of %s must be at least 1 on a logarithmic scale, but was %s", name, low);
      }
    }

    private Parameter onlyIf(String parent, List<String> when) {
      return new Parameter(name, kind, low, high, words, parent, when);
    }

    boolean isCategorical() {
      return kind == Kind.CATEGORICAL;
    }

    private boolean isWhole() {
      return kind == Kind.INTEGER || kind == Kind.LOG_INTEGER;
    }

    /** Returns how many values it has; 0 for a real number. */
    long count() {
      return isCategorical() ? words.size() : isWhole() ? (long) (high - low) + 1 : 0;
    }

    /** Returns the value at a place of its scale, u in [0, 1]. */
    Object at(double u) {
      return switch (kind) {
        case UNIFORM -> clamp(low + u * (high - low));
        case LOG_UNIFORM -> u >= 1 ? high : clamp(low * StrictMath.exp(u * StrictMath.log(high / low)));
        case LOGIT -> sigmoid(clamp(low + u * (high - low)));
        case INTEGER -> (int) clamp(Math.floor(low + u * (high - low + 1)));
        case LOG_INTEGER -> (int) clamp(Math.rint((low - 0.5) * StrictMath.exp(u * logRange())));
        case CATEGORICAL -> words.get((int) Math.min(words.size() - 1, Math.floor(u * words.size())));
      };
    }

    /** Returns the place of a value on its scale: {@code at(place(v))} is v up to rounding. */
    double place(Object value) {
      if (isCategorical()) {
        return (words.indexOf(value) + 0.5) / words.size();
      }
      double v = ((Number) value).doubleValue();
      double u = switch (kind) {
        case UNIFORM -> (v - low) / (high - low);
        case LOG_UNIFORM -> StrictMath.log(v / low) / StrictMath.log(high / low);
        case LOGIT -> (StrictMath.log(v / (1 - v)) - low) / (high - low);
        case INTEGER -> (v - low + 0.5) / (high - low + 1);
        default -> StrictMath.log(v / (low - 0.5)) / logRange();
      };
      return Math.max(0, Math.min(1, u));
    }

    private double clamp(double v) {
      return Math.max(low, Math.min(high, v));
    }

    /** The logarithms' range of a whole number, each of which owns the interval half around it. */
    private double logRange() {
      return StrictMath.log((high + 0.5) / (low - 0.5));
    }

    private static double sigmoid(double logit) {
      return 1 / (1 + StrictMath.exp(-logit));
    }

    private void check(Object value) {
      if (isCategorical()) {
        Check.that(words.contains(value), "%s must be one of %s, but was %s", name, words, value);
        return;
      }
      if (isWhole()) {
        Check.that(value instanceof Integer, "%s must be a whole number, but was %s", name, value);
      } else {
        Check.that(value instanceof Double, "%s must be a real number, but was %s", name, value);
      }
      double least = kind == Kind.LOGIT ? sigmoid(low) : low;
      double most = kind == Kind.LOGIT ? sigmoid(high) : high;
      double v = ((Number) value).doubleValue();
      Check.that(v >= least && v <= most, "%s must be in %s..%s, but was %s", name, number(least),
          number(most), value);
    }

    private String number(double v) {
      return isWhole() ? Long.toString((long) v) : Double.toString(v);
    }

    /** Returns what it is, as {@code momentum: logit 1.0..7.0, only if optimizer is momentum}. */
    @Override
    public String toString() {
      String range = isCategorical() ? String.join(" | ", words) : number(low) + ".." + number(high);
      String what = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      return name + ": " + what + " " + range
          + (parent == null ? "" : ", only if " + parent + " is " + String.join(" or ", when));
    }
  }

  private final List<Parameter> parameters;
  /** The first coordinate of each parameter in the cube. */
  private final int[] offsets;
  private final int width;

  private SearchSpace(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
    offsets = new int[parameters.size()];
    int next = 0;
    for (int p = 0; p < offsets.length; p++) {
      Parameter parameter = parameters.get(p);
      offsets[p] = next;
      next += parameter.isCategorical() ? parameter.words().size() : 1;
    }
    width = next;
  }

  /** Returns the space without parameters, to which others are added. */
  public static SearchSpace empty() {
    return new SearchSpace(List.of());
  }

  /** Adds a real number uniform in [low, high]. */
  public SearchSpace uniform(String name, double low, double high) {
    return number(name, Kind.UNIFORM, low, high);
  }

  /**
   * Adds a real number whose logarithm is uniform, from low, above 0, to high: "exponentially distributed".
   */
  public SearchSpace logUniform(String name, double low, double high) {
    return number(name, Kind.LOG_UNIFORM, low, high);
  }

  /**
   * Adds a number between 0 and 1, sigmoid(u) with u uniform in [low, high]: a momentum "expressed as a
   * logit".
   */
  public SearchSpace logit(String name, double low, double high) {
    return number(name, Kind.LOGIT, low, high);
  }

  /** Adds a whole number in low..high, both included, all alike. */
  public SearchSpace integer(String name, int low, int high) {
    return number(name, Kind.INTEGER, low, high);
  }

  /** Adds a whole number in low..high, both included, low at least 1, whose logarithm is about uniform. */
  public SearchSpace logInteger(String name, int low, int high) {
    return number(name, Kind.LOG_INTEGER, low, high);
  }

  /** Adds one of at least 2 words. */
  public SearchSpace categorical(String name, String... words) {
    return plus(new Parameter(name, Kind.CATEGORICAL, 0, 0, List.of(words), null, List.of()));
  }

  private SearchSpace number(String name, Kind kind, double low, double high) {
    return plus(new Parameter(name, kind, low, high, List.of(), null, List.of()));
  }

  private SearchSpace plus(Parameter parameter) {
    for (Parameter other : parameters) {
      // To SQL, in which trials are kept, they would be the same.
      Check.that(!other.name().equalsIgnoreCase(parameter.name()),
          "a parameter's name must differ from %s by more than capital letters, but was %s", other.name(),
          parameter.name());
    }
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(parameter);
    return new SearchSpace(more);
  }

  /** Adds all parameters of another space. */
  public SearchSpace plus(SearchSpace other) {
    SearchSpace sum = this;
    for (Parameter parameter : other.parameters) {
      sum = sum.plus(parameter);
    }
    return sum;
  }

  /**
   * Makes the parameter added last conditional: it is there only where a parent has one of some values.
   *
   * @param parent a categorical parameter added before; if it is itself left out, so is its child
   * @param values some of its words
   * @throws IllegalArgumentException if there is no such parent or word
   */
  public SearchSpace onlyIf(String parent, String... values) {
    Check.that(!parameters.isEmpty() && parameters.get(parameters.size() - 1).parent() == null,
        "onlyIf must follow the parameter that is to depend on %s, once", parent);
    Parameter last = parameters.get(parameters.size() - 1);
    int place = find(parent);
    Check.that(place >= 0 && place < parameters.size() - 1 && parameters.get(place).isCategorical(),
        "the parent of %s must be a categorical parameter added before it, but was %s", last.name(), parent);
    List<String> words = parameters.get(place).words();
    Check.that(values.length > 0 && words.containsAll(List.of(values)),
        "%s can depend on %s being some of %s, but was given %s", last.name(), parent, words,
        List.of(values));
    List<Parameter> changed = new ArrayList<>(parameters);
    changed.set(changed.size() - 1, last.onlyIf(parent, List.of(values)));
    return new SearchSpace(changed);
  }

  private int find(String name) {
    for (int p = 0; p < parameters.size(); p++) {
      if (parameters.get(p).name().equals(name)) {
        return p;
      }
    }
    return -1;
  }

  /** Returns the parameters in the order in which they were added. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Returns the number of coordinates of {@link #embed}. */
  public int width() {
    return width;
  }

  /** Returns how many different settings there are at most; empty if a parameter is a real number. */
  public OptionalLong count() {
    long count = 1;
    for (Parameter parameter : parameters) {
      long values = parameter.count();
      if (values == 0) {
        return OptionalLong.empty();
      }
      count = count > Long.MAX_VALUE / values ? Long.MAX_VALUE : count * values;
    }
    return OptionalLong.of(count);
  }

  /**
   * Returns the settings, which must be of this space: a value within its bounds for each parameter whose
   * condition holds, and no other.
   *
   * @throws IllegalArgumentException with the parameter, the value and what is allowed
   */
  public Settings check(Settings settings) {
    int seen = 0;
    for (int p = 0; p < offsets.length; p++) {
      Parameter parameter = parameters.get(p);
      Object value = settings.asMap().get(parameter.name());
      if (isActive(p, settings)) {
        Check.that(value != null, "%s is missing in %s", parameter.name(), settings);
        parameter.check(value);
        seen++;
      } else {
        Check.that(value == null, "%s must be left out unless %s is %s, but was %s", parameter.name(),
            parameter.parent(), String.join(" or ", parameter.when()), value);
      }
    }
    if (seen < settings.asMap().size()) {
      for (String name : settings.asMap().keySet()) {
        Check.that(find(name) >= 0, "there is no parameter %s among %s", name,
            parameters.stream().map(Parameter::name).toList());
      }
    }
    return settings;
  }

  /**
   * Returns those of more settings that are of this space, in their order: the values of its parameters, but
   * not of those whose condition does not hold.
   *
   * @throws IllegalArgumentException as {@link #check} does
   */
  public Settings select(Settings settings) {
    Settings selected = settings;
    for (String name : settings.asMap().keySet()) {
      selected = find(name) < 0 ? selected.without(name) : selected;
    }
    for (int p = 0; p < parameters.size(); p++) { // Those that others depend on come first.
      selected = isActive(p, selected) ? selected : selected.without(parameters.get(p).name());
    }
    return check(selected);
  }

  /** Returns whether a parameter is there, given settings that have all parameters before it. */
  boolean isActive(int p, Settings settings) {
    return isActive(p, settings.asMap());
  }

  private boolean isActive(int p, Map<String, Object> values) {
    Parameter parameter = parameters.get(p);
    Object parent = parameter.parent() == null ? null : values.get(parameter.parent());
    return parameter.parent() == null || parent != null && parameter.when().contains(parent);
  }

  /** Draws settings: every parameter independently, uniform on its scale. */
  public Settings draw(Seed.Stream random) {
    return at(drawPlaces(random));
  }

  /** Draws as many numbers whatever the conditions, so that they do not shift those that follow. */
  double[] drawPlaces(Seed.Stream random) {
    double[] places = new double[parameters.size()];
    for (int p = 0; p < places.length; p++) {
      places[p] = random.nextDouble();
    }
    return places;
  }

  /**
   * Returns the settings at places on the parameters' scales, one in [0, 1] a parameter, conditional ones
   * too.
   */
  Settings at(double[] places) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int p = 0; p < places.length; p++) {
      if (isActive(p, values)) {
        values.put(parameters.get(p).name(), parameters.get(p).at(places[p]));
      }
    }
    return Settings.of(values);
  }

  /** Returns the places of settings; 1/2 for what is left out. */
  double[] places(Settings settings) {
    double[] places = new double[parameters.size()];
    for (int p = 0; p < places.length; p++) {
      Object value = settings.asMap().get(parameters.get(p).name());
      places[p] = value == null ? 0.5 : parameters.get(p).place(value);
    }
    return places;
  }

  /** Returns the settings' coordinates in the unit cube, {@link #width} numbers. */
  public double[] embed(Settings settings) {
    double[] x = new double[width];
    for (int p = 0; p < offsets.length; p++) {
      Parameter parameter = parameters.get(p);
      Object value = settings.asMap().get(parameter.name());
      if (!parameter.isCategorical()) {
        x[offsets[p]] = value == null ? 0.5 : parameter.place(value);
      } else if (value != null) {
        x[offsets[p] + parameter.words().indexOf(value)] = 1;
      }
    }
    return x;
  }

  /** Returns the first coordinate of a parameter. */
  int offset(int p) {
    return offsets[p];
  }

  /** Returns whether the two have the same parameters in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SearchSpace space && parameters.equals(space.parameters);
  }

  @Override
  public int hashCode() {
    return parameters.hashCode();
  }

  /** Returns a line for each parameter. */
  @Override
  public String toString() {
    return parameters.stream().map(Parameter::toString).collect(Collectors.joining("\n"));
  }
}
