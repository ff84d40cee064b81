package unfold.engine.vector;

/** What a program computes in. */
public enum Precision {
  /** Single precision, for training. */
  FLOAT("float"),
  /** Double precision, for analysis. */
  DOUBLE("double");

  private final String type;

  Precision(String type) {
    this.type = type;
  }

  /** Returns the name of the Java type. */
  public String type() {
    return type;
  }

  /** Returns the type's name as classes carry it: {@code Float} or {@code Double}. */
  String prefix() {
    return Character.toUpperCase(type.charAt(0)) + type.substring(1);
  }

  /** Returns the number of this precision next to one. */
  double rounded(double number) {
    return this == FLOAT ? (float) number : number;
  }
}
