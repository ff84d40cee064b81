package unfold.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What can't be a cell says why, with names and values. */
class BadCellsTest {

  @Test
  void aStateThatIsNeverSet() {
    rejects("state c of cell bad is never set: call eq.next(c, ...)", (eq, x, h) -> {
      eq.state("c");
      return eq.next(h, Expr.tanh(eq.affine("h", h, x)));
    });
  }

  @Test
  void aStateThatIsSetTwice() {
    rejects("state h must be set once, but is set again, to h'", (eq, x, h) -> {
      eq.next(h, Expr.tanh(eq.affine("h", h, x)));
      return eq.next(h, h);
    });
  }

  @Test
  void namesThatAreTaken() {
    rejects("a state's name must be its own, but 'h' is taken", (eq, x, h) -> eq.next(h, eq.state("h")));
    rejects("a state's name must be its own, but 'x' is taken", (eq, x, h) -> eq.next(h, eq.state("x")));
    rejects("an equation's name must be its own, but 'h' is taken", (eq, x, h) -> eq.next(h, eq.let("h", h)));
    rejects("an equation's name must be its own, but 'a' is taken",
        (eq, x, h) -> eq.next(h, eq.let("a", h).plus(eq.let("a", h))));
    rejects("parameter names must be unique, but gate 'g' makes a second W_gh: give the affine map another "
        + "name", (eq, x, h) -> eq.next(h, eq.affine("g", h, x).plus(eq.affine("g", h, x))));
    rejects("an equation must have a name, but has none", (eq, x, h) -> eq.next(h, eq.let(" ", h)));
  }

  @Test
  void widthsThatDiffer() {
    rejects("the operands of '+' must be equally wide, but h' has width n and x has width I",
        (eq, x, h) -> eq.next(h, h.plus(x)));
    rejects("state h has width n, but its value concat(h', h') has width 2n",
        (eq, x, h) -> eq.next(h, Expr.concat(h, h)));
    rejects("state h has width n, but its value x has width I", (eq, x, h) -> eq.next(h, x));
  }

  @Test
  void constantsWhereVectorsAreNeeded() {
    rejects("affine map 'g' takes vectors, but was given the constant k", (eq, x, h) -> eq.next(h,
        eq.affine("g", eq.constant("k", 2))));
    rejects("concat() takes vectors, but was given the constant k + 1",
        (eq, x, h) -> eq.next(h, eq.affine("g", Expr.concat(h, eq.constant("k", 1).plus(1)))));
    rejects("k must be finite, but was NaN", (eq, x, h) -> eq.next(h, h.times(eq.constant("k", Double.NaN))));
    rejects("linear map 'g' must have at least one operand, but has none", (eq, x, h) -> eq.next(h,
        eq.linear("g")));
    rejects("cell bad must return a vector, but returns k", (eq, x, h) -> {
      eq.next(h, h);
      return eq.constant("k", 2);
    });
  }

  @Test
  void valuesOfAnotherCell() {
    Expr[] foreign = new Expr[2];
    Cell.define("other", (eq, x, h) -> {
      foreign[0] = h;
      foreign[1] = eq.let("a", h.times(2));
      return eq.next(h, foreign[1]);
    });
    rejects("cell bad uses h', a state of another cell", (eq, x, h) -> eq.next(h, foreign[0]));
    rejects("next() sets a state of this cell, but h' is none", (eq, x, h) -> eq.next(foreign[0], h));
    rejects("cell bad uses h', a state of another cell", (eq, x, h) -> eq.next(h, foreign[1]));
  }

  @Test
  void noCellAtAll() {
    rejects("cell bad must return its output, but returned null", (eq, x, h) -> {
      eq.next(h, h);
      return null;
    });
    assertEquals("cell bad must have a state, but declares none", message(() -> Cell.define("bad",
        (eq, x) -> eq.affine("g", x))));
    assertEquals("a cell must have a name, but has none", message(() -> Cell.define(" ",
        (eq, x, h) -> eq.next(h, h))));
  }

  @Test
  void inputsThatAreMixed() {
    rejects("asWideAsState() takes the input x, but was given h'", (eq, x, h) -> eq.next(h,
        eq.asWideAsState(h)));
    rejects("cell bad uses x both with width I and with width n",
        (eq, x, h) -> eq.next(h, eq.asWideAsState(x).plus(eq.affine("g", x))));
  }

  @Test
  void sizesThatDoNotFit() {
    assertEquals("cell +RNN mixes its input with its state, so it needs as many inputs as units, but has 3 "
        + "and 5: "
        + "project the input to 5 first", message(() -> CapacityCells.plusRnn(1).parameterCount(3, 5)));
    assertEquals("the number of units must be at least 1, but was 0",
        message(() -> F1bCells.gru().parameterCount(2, 0)));
    assertEquals("the number of inputs must be at least 1, but was -1",
        message(() -> F1bCells.gru().parameterCount(-1, 2)));
  }

  private static void rejects(String message, Cell.Definition definition) {
    assertEquals(message, message(() -> Cell.define("bad", definition)));
  }

  private static String message(org.junit.jupiter.api.function.Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
