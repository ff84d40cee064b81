package unfold.cell;

/** How a paper writes its equations: what its matrices are called and how time and products are set. */
public enum Notation {
  /** Zhu et al.: W^i x_t + U^i d_{t-1} + V^i c_{t-1} + b^i. */
  F1B("x"),
  /** An Investigation of Memory: W S(t-1) + W_in X(t). */
  MEMORY("X"),
  /** Mohamed and Claudel: x_t * W_xi + h_{t-1} * W_hi + b_i. */
  MCRM("x"),
  /** Collins et al.: W^ch h_{t-1} + W^cx x_t + b^c; also for cells of one's own. */
  CAPACITY("x");

  private static final String[] LETTERS = {"W", "U", "V"};
  private final String inputName;

  Notation(String inputName) {
    this.inputName = inputName;
  }

  /** Returns the letter of the input. */
  public String inputName() {
    return inputName;
  }

  /** Returns the letter of a network's output. */
  public String outputName() {
    return this == MEMORY ? "Y" : "y";
  }

  /**
   * Returns a quantity at a time as a formula for {@link SvgWriter}.
   *
   * @param name its name in plain letters, as {@code c^in}
   * @param time as {@code t-1}
   */
  public String variable(String name, String time) {
    Typesetter.Name parts = Typesetter.Name.of(name);
    String script = join(parts);
    String letter = parts.base() + (parts.tilde() ? "~" : "");
    if (this == MEMORY) {
      return letter + (script.isEmpty() ? "" : "_{" + script + "}") + "(" + time + ")";
    }
    return letter + "_{" + time + "}" + (script.isEmpty() ? "" : "^{" + script + "}");
  }

  /**
   * Returns a matrix or a vector of parameters as a formula for {@link SvgWriter}.
   *
   * @param name its name in plain letters, as {@code W_ch}
   */
  public String parameter(String name) {
    return indexed(name, this == MEMORY || this == MCRM);
  }

  static String indexed(String name, boolean below) {
    Typesetter.Name parts = Typesetter.Name.of(name);
    String script = join(parts);
    return parts.base() + (parts.tilde() ? "~" : "")
        + (script.isEmpty() ? "" : (below ? "_{" : "^{") + script + "}");
  }

  private static String join(Typesetter.Name name) {
    return name.below() == null ? name.above() == null ? "" : name.above()
        : name.above() == null ? name.below() : name.below() + "," + name.above();
  }

  /** A matrix's name. {@code kind} is 0 for an operand of the input alone, k for the k-th state. */
  String weight(String gate, int kind, String operand, boolean only) {
    switch (this) {
      case F1B: return join(LETTERS[Math.min(kind, LETTERS.length - 1)], gate);
      case MCRM: return join("W", only ? gate : operand + gate);
      default: return join("W", only ? gate : gate + operand);
    }
  }

  /** A matrix's name where {@link #weight} is taken: two operands of one kind in one map. */
  String weightByOperand(String gate, int kind, String operand) {
    return this == F1B ? weight(gate + (gate.isEmpty() ? "" : ",") + operand, kind, operand, false)
        : weight(gate, kind, operand, false);
  }

  /** A bias's name; a map without a name has its first operand's here, as equation 1 of Collins et al. */
  String bias(String gate, String firstOperand) {
    return join("b", this == CAPACITY && gate.isEmpty() ? firstOperand : gate);
  }

  private static String join(String letter, String index) {
    return index.isEmpty() ? letter : letter + "_" + index;
  }
}
