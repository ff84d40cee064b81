package unfold;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much of a paper's experiment is run: every experiment takes its sizes from a scale. */
public enum Scale {
  /** Seconds a notebook: for tests only, no claim is visible. */
  SMOKE,
  /** Minutes on a laptop with two cores: sizes cut, every figure's claim still visible. */
  QUICK,
  /** Hours on one machine: the papers' sizes wherever a CPU can carry them. */
  WORKSTATION,
  /** The published settings. */
  PAPER;

  /** The environment variable that {@code ./lab run --scale} sets. */
  public static final String VARIABLE = "UNFOLD_SCALE";

  /** Returns the scale that the environment names, {@link #QUICK} if it names none. */
  public static Scale current() {
    String name = System.getenv(VARIABLE);
    return name == null || name.isBlank() ? QUICK : of(name);
  }

  /**
   * Returns the scale of a name, in any case.
   *
   * @throws IllegalArgumentException if there is no such scale
   */
  public static Scale of(String name) {
    for (Scale scale : values()) {
      if (scale.name().equalsIgnoreCase(name.trim())) {
        return scale;
      }
    }
    throw new IllegalArgumentException("scale must be one of "
        + Arrays.stream(values()).map(Scale::toString).collect(Collectors.joining(", "))
        + ", but was '" + name + "'");
  }

  /** Returns the value for this scale; {@link #PAPER} takes the workstation's. */
  public <T> T choose(T smoke, T quick, T workstation) {
    return choose(smoke, quick, workstation, workstation);
  }

  /** Returns the value for this scale. */
  public <T> T choose(T smoke, T quick, T workstation, T paper) {
    switch (this) {
      case SMOKE: return smoke;
      case QUICK: return quick;
      case WORKSTATION: return workstation;
      default: return paper;
    }
  }

  /** Returns the name as it is typed: {@code quick}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
