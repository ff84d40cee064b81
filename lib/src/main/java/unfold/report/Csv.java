package unfold.report;

/** Lines of comma-separated values as RFC 4180 has them. */
final class Csv {
  private Csv() {}

  /** Returns a line with its end; cells with commas, quotes or line breaks are quoted. */
  static String line(String... cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean quoted = cell.matches("(?s).*[\",\r\n].*");
      line.append(i == 0 ? "" : ",").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    return line.append("\n").toString();
  }
}
