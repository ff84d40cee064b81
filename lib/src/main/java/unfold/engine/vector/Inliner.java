package unfold.engine.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the elementary functions into the source that calls them, since Hotspot's compiler will not: it stops
 * inlining after some thirty vector operations, the Vector API's own methods excepted, and a vector that is passed
 * to a method is an object on the heap.
 *
 * <p>A function's text is a list of declarations and a return, no statement else; its calls of others in its class
 * are replaced too. Where masks are slow, {@code fByBits}, if there is one, stands for {@code f}. Every call
 * {@code FloatFunctions.f(...)} in a statement becomes a variable, declared before the statement.
 */
final class Inliner {
  private static final Pattern METHOD =
      Pattern.compile("(?ms)^  (?:private )?static (\\w+) (\\w+)\\(([^)]*)\\) \\{\n(.*?)^  \\}\n");
  private static final Pattern CONSTANT = Pattern.compile("static final [\\w<>]+ (\\w+) =");

  private final String owner;
  private final Map<String, Function> functions = new HashMap<>();
  private final List<String> constants = new ArrayList<>();
  private int expanded;

  private static final class Function {
    final String type;
    final String[] parameters;
    final String[] statements;

    Function(String type, String parameters, String body) {
      this.type = type;
      this.parameters = parameters.split(", ");
      this.statements = body.replaceAll("(?m)^ *//.*$", "").replaceAll("\\s+", " ").strip().split("; ?");
    }
  }

  private Inliner(String owner, String text) {
    this.owner = owner;
    for (Matcher m = METHOD.matcher(text); m.find(); ) {
      functions.put(m.group(2), new Function(m.group(1), m.group(3), m.group(4)));
    }
    if (VectorBits.masksAreSlow()) {
      functions.replaceAll((name, function) -> functions.getOrDefault(name + "ByBits", function));
    }
    CONSTANT.matcher(text).results().forEach(m -> constants.add(m.group(1)));
  }

  /** Returns the source with calls of both precisions' functions replaced. */
  static String expand(String source) {
    String text = source;
    for (Precision precision : Precision.values()) {
      String owner = precision.prefix() + "Functions";
      if (text.contains(owner + ".")) {
        text = new Inliner(owner, SourceCompiler.resource(owner + ".java")).host(text);
      }
    }
    return text;
  }

  private String host(String source) {
    StringBuilder out = new StringBuilder();
    StringBuilder statement = new StringBuilder();
    for (String line : source.split("\n")) {
      String code = line.strip();
      if (statement.length() == 0 && (code.isEmpty() || code.startsWith("*") || code.startsWith("/"))) {
        out.append(line).append('\n');
        continue;
      }
      statement.append(line).append('\n');
      if (code.endsWith(";") || code.endsWith("{") || code.endsWith("}")) {
        StringBuilder before = new StringBuilder();
        String rest = expression(statement.toString(), owner + ".", before);
        out.append(before).append(rest);
        statement.setLength(0);
      }
    }
    out.append(statement);
    // After the package: what the functions' text refers to.
    return expanded == 0 ? source : out.toString().replaceFirst(";", "; import jdk.incubator.vector.*;");
  }

  /** Returns the expression with its calls replaced by variables, which are declared in {@code before}. */
  private String expression(String text, String prefix, StringBuilder before) {
    Pattern call = Pattern.compile("(?<![.\\w])" + Pattern.quote(prefix) + "(\\w+)\\(");
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Matcher m = call.matcher(text); m.find(at); ) {
      Function function = functions.get(m.group(1));
      out.append(text, at, m.start());
      at = m.end();
      if (function == null) {
        out.append(m.group());
        continue;
      }
      List<String> arguments = new ArrayList<>();
      int depth = 1;
      int start = at;
      for (; depth > 0; at++) {
        char c = text.charAt(at);
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth == 0 || depth == 1 && c == ',') {
          arguments.add(expression(text.substring(start, at).strip(), prefix, before));
          start = at + 1;
        }
      }
      out.append(call(m.group(1), function, arguments, before));
    }
    return out.append(text.substring(at)).toString();
  }

  /** Writes a function's statements, every name of it made unique, and returns the name of the result. */
  private String call(String name, Function function, List<String> arguments, StringBuilder before) {
    // A dollar sign is in no name of the sources themselves.
    String suffix = "$" + ++expanded;
    Map<String, String> names = new HashMap<>();
    constants.forEach(c -> names.put(c, owner + "." + c));
    for (int i = 0; i < arguments.size(); i++) {
      String[] parameter = function.parameters[i].split(" ");
      declare(parameter[0], parameter[1] + suffix, arguments.get(i), before);
      names.put(parameter[1], parameter[1] + suffix);
    }
    String result = name + suffix;
    for (String statement : function.statements) {
      boolean last = statement.startsWith("return ");
      String[] parts = last ? new String[] {function.type + " " + name, statement.substring("return ".length())}
          : statement.split(" = ", 2);
      String type = parts[0].substring(0, parts[0].indexOf(' '));
      String local = parts[0].substring(type.length() + 1);
      declare(type, local + suffix, expression(rename(parts[1], names), "", before), before);
      names.put(local, local + suffix);
    }
    return result;
  }

  private static void declare(String type, String name, String value, StringBuilder before) {
    before.append("    ").append(type).append(' ').append(name).append(" = ").append(value).append(";\n");
  }

  private static String rename(String text, Map<String, String> names) {
    return Pattern.compile("(?<![.\\w])([A-Za-z]\\w*)\\b(?!\\()").matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(names.getOrDefault(m.group(1), m.group(1))));
  }
}
