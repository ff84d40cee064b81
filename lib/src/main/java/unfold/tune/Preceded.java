package unfold.tune;

import java.util.List;

/** A tuner that tries given settings before those that another suggests. */
record Preceded(List<Settings> first, Tuner then) implements Tuner {

  Preceded {
    first.forEach(then.space()::check);
  }

  @Override
  public SearchSpace space() {
    return then.space();
  }

  @Override
  public int batch() {
    return then.batch();
  }

  @Override
  public Settings suggest(List<Trial> before) {
    return before.size() < first.size() ? first.get(before.size()) : then.suggest(before);
  }

  @Override
  public String toString() {
    return then + ", after " + first.size() + " settings given ("
        + Integer.toHexString(first.toString().hashCode()) + ")";
  }
}
