import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles the files of a folder, each alone: `Compile FOLDER OUTPUT CLASSPATH` prints name, kind and message of the first error of each. */
public class Compile {
  public static void main(String[] arguments) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> paths;
    try (Stream<Path> listed = Files.list(Path.of(arguments[0]))) {
      paths = listed.sorted().toList();
    }
    for (Path path : paths) {
      DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
      List<String> options = List.of("-proc:none", "-nowarn", "-d", arguments[1], "-classpath", arguments[2]);
      compiler.getTask(null, null, said, options, null, List.of(new Text(Files.readString(path)))).call();
      said.getDiagnostics().stream().filter(one -> one.getKind() == Diagnostic.Kind.ERROR).findFirst()
        .ifPresent(one -> System.out.println(path.getFileName() + "\t" + one.getCode() + "\t" + one.getMessage(Locale.ROOT).replace('\n', ' ')));
    }
  }

  /** Whatever its public class is called. */
  static class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String text) {
      super(URI.create("string:///Text.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public boolean isNameCompatible(String name, Kind kind) {
      return kind == Kind.SOURCE;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
