package unfold.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes expressions as the papers do, in LaTeX or in plain text. */
final class Typesetter {
  private static final int SUM = 0;
  private static final int PRODUCT = 1;
  private static final int ATOM = 2;
  private static final Pattern NAME = Pattern.compile("([^_^~]+)(~?)(?:_([^^]+))?(?:\\^(.+))?");

  private final Notation notation;

  /** Sets in LaTeX by a notation, in plain text if it is null. */
  private Typesetter(Notation notation) {
    this.notation = notation;
  }

  /** One line an equation, aligned at the equals signs. */
  static String latex(List<Expr> equations, Notation notation) {
    Typesetter typesetter = new Typesetter(notation);
    List<String> lines = new ArrayList<>();
    for (Expr equation : equations) {
      lines.add(typesetter.variable(equation, 0) + " &= " + typesetter.value(equation));
    }
    return "\\begin{aligned}\n" + String.join(" \\\\\n", lines) + "\n\\end{aligned}";
  }

  /** One line an equation: {@code h = tanh(W_h h' + W_x x + b)}. */
  static String text(List<Expr> equations) {
    Typesetter typesetter = new Typesetter(null);
    List<String> lines = new ArrayList<>();
    for (Expr equation : equations) {
      lines.add(equation.name() + " = " + typesetter.value(equation));
    }
    return String.join("\n", lines);
  }

  static String text(Expr e) {
    return new Typesetter(null).set(e, SUM);
  }

  private String value(Expr equation) {
    return set(equation.operands().get(0), SUM);
  }

  private String set(Expr e, int tightness) {
    List<Expr> a = e.operands();
    switch (e.op()) {
      case INPUT:
      case LET:
        return variable(e, 0);
      case STATE:
        return variable(e, 1);
      case CONSTANT:
        return e.name() == null ? number(e.number()) : symbol(e.name());
      case AFFINE:
        return enclose(affine(e), terms(e) > 1 && tightness > SUM);
      case CONCATENATE:
        return concatenation(a);
      case ADD:
        return enclose(set(a.get(0), SUM) + " + " + set(a.get(1), SUM), tightness > SUM);
      case SUBTRACT:
        return enclose(set(a.get(0), SUM) + " - " + set(a.get(1), PRODUCT), tightness > SUM);
      case MULTIPLY:
        return enclose(set(a.get(0), PRODUCT) + times() + set(a.get(1), PRODUCT), tightness > PRODUCT);
      case COMPLEMENT:
        return enclose("1 - " + set(a.get(0), PRODUCT), tightness > SUM);
      case SIGMOID:
        return apply(notation == null ? "sigmoid" : "\\sigma", a.get(0));
      case TANH:
        return apply(notation == null ? "tanh" : "\\tanh", a.get(0));
      case RELU:
        return apply(notation == null ? "relu" : "\\mathrm{ReLU}", a.get(0));
      case CLAMP:
        return apply(notation == null ? "clamp" : "g", a.get(0));
      default:
        throw new AssertionError(e.op());
    }
  }

  private static int terms(Expr affine) {
    return affine.operands().size() + affine.biases().size();
  }

  private String affine(Expr e) {
    boolean biasEach = e.biases().size() > 1;
    List<String> terms = new ArrayList<>();
    for (int i = 0; i < e.operands().size(); i++) {
      String matrix = matrix(e.weights().get(i).name());
      Expr operand = e.operands().get(i);
      boolean row = notation == Notation.MCRM && e.operands().size() > 1;
      terms.add(row ? set(operand, ATOM) + " * " + matrix : matrix + product() + set(operand, ATOM));
      if (biasEach) {
        terms.add(matrix(e.biases().get(i).name()));
      }
    }
    if (e.biases().size() == 1) {
      terms.add(matrix(e.biases().get(0).name()));
    }
    return String.join(" + ", terms);
  }

  private String concatenation(List<Expr> operands) {
    List<String> parts = new ArrayList<>();
    operands.forEach(o -> parts.add(set(o, SUM)));
    return notation == null ? "concat(" + String.join(", ", parts) + ")"
        : "\\left[" + String.join(";\\; ", parts) + "\\right]";
  }

  private String apply(String function, Expr argument) {
    return notation == null ? function + "(" + set(argument, SUM) + ")"
        : function + "\\left(" + set(argument, SUM) + "\\right)";
  }

  private String enclose(String inner, boolean needed) {
    return !needed ? inner : notation == null ? "(" + inner + ")" : "\\left(" + inner + "\\right)";
  }

  private String times() {
    return notation == null ? " * " : notation == Notation.CAPACITY ? " \\cdot " : " \\odot ";
  }

  private String product() {
    return notation == Notation.MCRM ? " * " : " ";
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** A vector that changes with time, at this step or the one before. */
  private String variable(Expr e, int lag) {
    if (notation == null) {
      return e.name() + (lag == 0 ? "" : "'");
    }
    String time = lag == 0 ? "t" : "t-1";
    Name name = Name.of(e.name());
    if (notation == Notation.MEMORY) {
      return name.letter(false) + name.index() + "(" + time + ")";
    }
    boolean bold = notation != Notation.F1B;
    return name.letter(bold) + "_{" + time + "}" + (name.isPlain() ? "" : "^{" + name.script() + "}");
  }

  /** A matrix or bias; the papers set its index above (F1B, CAPACITY) or below (MEMORY, MCRM). */
  private String matrix(String plain) {
    if (notation == null) {
      return plain;
    }
    Name name = Name.of(plain);
    boolean above = notation == Notation.F1B || notation == Notation.CAPACITY;
    String index = name.script().isEmpty() ? "" : (above ? "^" : "_") + "{" + name.script() + "}";
    return name.letter(notation == Notation.CAPACITY) + index;
  }

  private String symbol(String plain) {
    return notation == null ? plain : Name.of(plain).letter(false) + Name.of(plain).index();
  }

  /** A name taken apart: {@code c~}, {@code W_in}, {@code b^fg}. */
  record Name(String base, boolean tilde, String below, String above) {
    static Name of(String plain) {
      Matcher m = NAME.matcher(plain);
      if (!m.matches()) {
        return new Name(plain, false, null, null);
      }
      return new Name(m.group(1), !m.group(2).isEmpty(), m.group(3), m.group(4));
    }

    String letter(boolean bold) {
      String letter = base.length() == 1 ? base : "\\mathit{" + base + "}";
      letter = bold ? "\\mathbf{" + base + "}" : letter;
      return tilde ? "\\tilde{" + letter + "}" : letter;
    }

    boolean isPlain() {
      return below == null && above == null;
    }

    /** Both indices in one, a tilde set over its letter. */
    String script() {
      String text = below == null ? above == null ? "" : above : above == null ? below : below + "," + above;
      String tildes = text.replaceAll("(\\w)~", "\\\\tilde{$1}");
      return tildes.matches("\\w{3,}") ? "\\mathrm{" + tildes + "}" : tildes;
    }

    String index() {
      return (below == null ? "" : "_{" + below + "}") + (above == null ? "" : "^{" + above + "}");
    }
  }
}
