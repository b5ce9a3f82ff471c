// SPDX-License-Identifier: Apache-2.0

// Verifies a Sakimori log with the Go team's sumdb packages: signatures, every leaf against its
// entry, the root, inclusion and consistency proofs. Prints one JSON object; ends with 1 if anything
// disagrees.
//
//	verify FOLDER VKEYS            the whole log; VKEYS is a file with one key a line
//	verify FOLDER VKEYS RECEIPT ENTRY   a .tlog-proof file and the bytes of its entry
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type report struct {
	Size        int64    `json:"size"`
	Root        string   `json:"root"`
	Signatures  []string `json:"signatures"`
	Records     int64    `json:"records"`
	Inclusion   int      `json:"inclusion"`
	Consistency int      `json:"consistency"`
	Receipt     bool     `json:"receipt"`
}

func main() {
	var result *report
	var err error
	switch len(os.Args) {
	case 3:
		result, err = verifyFolder(os.Args[1], os.Args[2])
	case 5:
		result, err = verifyReceipt(os.Args[2], os.Args[3], os.Args[4])
	default:
		err = fmt.Errorf("usage: verify FOLDER VKEYS [RECEIPT ENTRY]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		os.Exit(1)
	}
}

func verifiers(file string) ([]note.Verifier, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []note.Verifier
	for _, vkey := range strings.Fields(string(text)) {
		parts := strings.SplitN(vkey, "+", 3)
		key, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
		if err != nil || len(key) == 0 {
			return nil, fmt.Errorf("not a vkey: %v", err)
		}
		var v note.Verifier
		if key[0] == 6 {
			v, err = fnote.NewMLDSAVerifier(vkey)
		} else {
			v, err = note.NewVerifier(vkey)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// openTree opens a checkpoint; every given key must have signed it.
func openTree(checkpoint []byte, vkeys string) (*tlog.Tree, []string, error) {
	list, err := verifiers(vkeys)
	if err != nil {
		return nil, nil, err
	}
	n, err := note.Open(checkpoint, note.VerifierList(list...))
	if err != nil {
		return nil, nil, err
	}
	if len(n.Sigs) != len(list) {
		return nil, nil, fmt.Errorf("%d of %d keys signed", len(n.Sigs), len(list))
	}
	var names []string
	for _, sig := range n.Sigs {
		names = append(names, fmt.Sprintf("%s+%08x", sig.Name, sig.Hash))
	}
	// sumdb's own tree note has another first line, so the three lines are read here.
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != list[0].Name() {
		return nil, nil, fmt.Errorf("checkpoint has not three lines or another origin")
	}
	var tree tlog.Tree
	if _, err := fmt.Sscanf(lines[1], "%d", &tree.N); err != nil {
		return nil, nil, err
	}
	if tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return nil, nil, err
	}
	return &tree, names, nil
}

// folder reads tiles where C2SP tlog-tiles puts them; sumdb's own layout names the height too.
type folder string

func (f folder) path(t tlog.Tile) string {
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := f.read(t)
		if err != nil {
			return nil, err
		}
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: too short", f.path(t))
		}
		all = append(all, data[:t.W*tlog.HashSize])
	}
	return all, nil
}

// read falls back to the full tile, as partial ones may be gone.
func (f folder) read(t tlog.Tile) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(f), f.path(t)))
	if os.IsNotExist(err) && t.W < 256 {
		t.W = 256
		return os.ReadFile(filepath.Join(string(f), f.path(t)))
	}
	return data, err
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func verifyFolder(root, vkeys string) (*report, error) {
	checkpoint, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	if err != nil {
		return nil, err
	}
	tree, names, err := openTree(checkpoint, vkeys)
	if err != nil {
		return nil, err
	}
	result := &report{Size: tree.N, Root: tree.Hash.String(), Signatures: names}
	if tree.N == 0 {
		return result, nil
	}
	reader := tlog.TileHashReader(*tree, folder(root))
	stored, err := result.readRecords(folder(root), tree, reader)
	if err != nil {
		return nil, err
	}
	if err := result.checkProofs(tree, reader, stored); err != nil {
		return nil, err
	}
	return result, nil
}

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, i := range indexes {
		list = append(list, h[i])
	}
	return list, nil
}

// readRecords hashes every entry, compares it with its tile, and builds the tree anew from entries alone.
func (r *report) readRecords(f folder, tree *tlog.Tree, reader tlog.HashReader) (hashes, error) {
	var stored hashes
	for first := int64(0); first < tree.N; first += 256 {
		width := min(256, tree.N-first)
		bundle, err := f.read(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})
		if err != nil {
			return nil, err
		}
		var indexes []int64
		var leaves []tlog.Hash
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("bundle %d ends inside an entry", first/256)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2:end])
			bundle = bundle[end:]
			more, err := tlog.StoredHashesForRecordHash(first+i, leaf, stored)
			if err != nil {
				return nil, err
			}
			stored = append(stored, more...)
			indexes = append(indexes, tlog.StoredHashIndex(0, first+i))
			leaves = append(leaves, leaf)
		}
		tiles, err := reader.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		for i, leaf := range leaves {
			if tiles[i] != leaf {
				return nil, fmt.Errorf("entry %d is not the one in its tile", first+int64(i))
			}
		}
		r.Records += width
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, fmt.Errorf("root of the entries is not the signed root")
	}
	return stored, nil
}

// checkProofs makes proofs from the tiles at places where trees change shape, and checks them.
func (r *report) checkProofs(tree *tlog.Tree, reader tlog.HashReader, stored hashes) error {
	for _, i := range []int64{0, 1, 2, 254, 255, 256, 257, 511, 512, 65534, 65535, 65536, 69999, tree.N / 2, tree.N - 1} {
		if i >= tree.N {
			continue
		}
		p, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(p, tree.N, tree.Hash, i, stored[tlog.StoredHashIndex(0, i)]); err != nil {
			return fmt.Errorf("inclusion of %d: %v", i, err)
		}
		r.Inclusion++
		old, err := tlog.TreeHash(i+1, stored)
		if err != nil {
			return err
		}
		t, err := tlog.ProveTree(tree.N, i+1, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(t, tree.N, tree.Hash, i+1, old); err != nil {
			return fmt.Errorf("consistency from %d: %v", i+1, err)
		}
		r.Consistency++
	}
	return nil
}

func verifyReceipt(vkeys, receipt, entry string) (*report, error) {
	file, err := os.ReadFile(receipt)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(entry)
	if err != nil {
		return nil, err
	}
	var p proof.TLogProof
	if err := p.Unmarshal(file); err != nil {
		return nil, err
	}
	tree, names, err := openTree(p.Checkpoint, vkeys)
	if err != nil {
		return nil, err
	}
	var path tlog.RecordProof
	for _, h := range p.Hashes {
		path = append(path, tlog.Hash(h))
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, int64(p.Index), tlog.RecordHash(data)); err != nil {
		return nil, err
	}
	if !bytes.Equal(p.Marshal(), file) {
		return nil, fmt.Errorf("receipt is not in the form that formats/proof writes")
	}
	return &report{Size: tree.N, Root: tree.Hash.String(), Signatures: names, Receipt: true}, nil
}
