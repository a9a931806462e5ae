//go:build !faults

package engine

// fault marks a point where a build with the tag "faults" can be killed; nothing otherwise.
func fault(string) {}

// Fault is the same for other packages.
func Fault(string) {}

// violation marks a broken invariant; a build with the tag "faults" stops on it.
func violation(error) {}
