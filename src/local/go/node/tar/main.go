// The two forms of tar in which Weft copies a volume, so that an image of programs alone has them as one with a distribution does:
//
//	tar -c -f - -C FOLDER --exclude=NAME .    writes the files below a folder to standard output
//	tar -x -f - -C FOLDER                     unpacks standard input into a folder
package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tar:", err)
		os.Exit(2)
	}
}

func run(arguments []string) error {
	if len(arguments) < 5 || arguments[1] != "-f" || arguments[2] != "-" || arguments[3] != "-C" {
		return errors.New("usage: tar -c -f - -C FOLDER --exclude=NAME . | tar -x -f - -C FOLDER")
	}
	root, err := os.OpenRoot(arguments[4])
	if err != nil {
		return err
	}
	switch arguments[0] {
	case "-c":
		excluded := ""
		if len(arguments) > 5 {
			excluded = strings.TrimPrefix(strings.TrimPrefix(arguments[5], "--exclude="), "./")
		}
		return create(root, excluded, os.Stdout)
	case "-x":
		return unpack(root, os.Stdin)
	default:
		return fmt.Errorf("unknown mode %s", arguments[0])
	}
}

func create(root *os.Root, excluded string, to io.Writer) error {
	archive := tar.NewWriter(to)
	err := fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if path == excluded {
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if err != nil || path == "." {
			return err
		}
		return add(root, archive, path, entry)
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func add(root *os.Root, archive *tar.Writer, path string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil || !(info.IsDir() || info.Mode().IsRegular()) {
		return err
	}
	header, err := tar.FileInfoHeader(info, "")
	if err != nil {
		return err
	}
	header.Name = "./" + path
	if info.IsDir() {
		header.Name += "/"
	}
	if err := archive.WriteHeader(header); err != nil || info.IsDir() {
		return err
	}
	file, err := root.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(archive, file)
	return err
}

func unpack(root *os.Root, from io.Reader) error {
	archive := tar.NewReader(from)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := write(root, filepath.Clean(header.Name), header, archive); err != nil {
			return err
		}
	}
}

func write(root *os.Root, path string, header *tar.Header, content io.Reader) error {
	mode := header.FileInfo().Mode().Perm()
	if header.Typeflag == tar.TypeDir {
		if err := root.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	}
	file, err := root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, content); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
