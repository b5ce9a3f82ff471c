// SPDX-License-Identifier: Apache-2.0

// The Go team's own comparison: two versions a line in, their order out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/semver"
)

func main() {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var pair [2]string
		if err := json.Unmarshal(input.Bytes(), &pair); err != nil {
			panic(err)
		}
		if !semver.IsValid(pair[0]) || !semver.IsValid(pair[1]) {
			fmt.Println(`"refused"`)
			continue
		}
		fmt.Println(semver.Compare(pair[0], pair[1]))
	}
}
