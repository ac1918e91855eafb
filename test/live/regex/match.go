// Answers of Go's regexp (RE2's syntax): a line holds flags, pattern and texts, apart by tabs; its answer is a digit for each text, or `null`.
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<24)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		source := fields[1]
		if strings.Contains(fields[0], "i") {
			source = "(?i)" + source
		}
		pattern, err := regexp.Compile(source)
		if err != nil {
			fmt.Println("null")
			continue
		}
		var answers strings.Builder
		for _, text := range fields[2:] {
			if pattern.MatchString(text) {
				answers.WriteByte('1')
			} else {
				answers.WriteByte('0')
			}
		}
		fmt.Println(answers.String())
	}
}
