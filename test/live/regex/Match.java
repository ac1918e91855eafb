import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Answers of java.util.regex: a line holds flags, pattern and texts, apart by tabs; its answer is a digit for each text, or `null`. */
public class Match {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder answers = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] fields = line.split("\t", -1);
      try {
        Pattern pattern = Pattern.compile(fields[1], fields[0].contains("i") ? Pattern.CASE_INSENSITIVE : 0);
        for (int index = 2; index < fields.length; index++) {
          answers.append(pattern.matcher(fields[index]).find() ? '1' : '0');
        }
        answers.append('\n');
      } catch (PatternSyntaxException refused) {
        answers.append("null\n");
      }
    }
    System.out.print(answers);
  }
}
