package settings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"switchroom/account"
	"switchroom/agent"
)

// Bounds of a file of people.
const (
	MaxCSV  = 1 << 20 // bytes
	maxRows = 500
)

// PersonRow is a row of a file of people.
type PersonRow struct {
	Line     int // of the file, where the row begins
	Person   Person
	Password string // empty: none yet
	Err      *Error // what is wrong with the row by itself; nil: nothing
}

// columns are what a file of people may have.
var columns = []string{"login", "name", "roles", "services", "members", "queues", "cti_id", "cti_number", "device", "home_service", "password"}

// ReadPeople reads a CSV file of people: UTF-8, with or without a byte order mark, separated by commas or semicolons, the names of the columns first. Every field is
// text, whatever a spreadsheet would make of it. Several values in one field have blanks between them. An error says what is wrong with the file
// as a whole; rows have their own.
func ReadPeople(file []byte) ([]PersonRow, error) {
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(file) {
		return nil, errors.New("the file is not UTF-8; save it as CSV UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord, r.Comma = -1, separator(file)
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; the first row names the columns")
	}
	if err != nil {
		return nil, broken(err)
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns, header[i]) || slices.Contains(header[:i], header[i]) {
			return nil, fmt.Errorf("column %d, %q, is unknown or there twice; the columns are %s", i+1, name, strings.Join(columns, ", "))
		}
	}
	if !slices.Contains(header, "login") || !slices.Contains(header, "name") {
		return nil, errors.New("the columns login and name are needed")
	}
	var out []PersonRow
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, broken(err)
		}
		if len(out) == maxRows {
			return nil, fmt.Errorf("a file has %d people at most; cut it in parts", maxRows)
		}
		line, _ := r.FieldPos(0)
		out = append(out, readPerson(line, header, fields))
	}
	if len(out) == 0 {
		return nil, errors.New("the file has no people")
	}
	return out, nil
}

// separator is what the names of the columns have between them.
func separator(file []byte) rune {
	first, _, _ := bytes.Cut(file, []byte("\n"))
	if bytes.ContainsRune(first, ';') && !bytes.ContainsRune(first, ',') {
		return ';'
	}
	return ','
}

func broken(err error) error {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return fmt.Errorf("line %d, column %d: %w", e.Line, e.Column, e.Err)
	}
	return err
}

func readPerson(line int, header, fields []string) PersonRow {
	out := PersonRow{Line: line, Person: NewPerson()}
	v := &out.Person
	if len(fields) != len(header) {
		out.Err = &Error{Slug: "invalid", Detail: fmt.Sprintf("the row has %d fields, and there are %d columns", len(fields), len(header))}
		return out
	}
	for i, text := range fields {
		if header[i] != "password" {
			text = strings.TrimSpace(text)
		}
		if text == "" {
			continue // the default
		}
		switch header[i] {
		case "login":
			v.Login = text
		case "name":
			v.Name = text
		case "roles":
			v.Roles = nil
			for _, r := range strings.Fields(text) {
				v.Roles = append(v.Roles, account.Role(strings.ToLower(r)))
			}
		case "services", "members":
			for _, id := range strings.Fields(text) {
				v.Services = append(v.Services, Membership{Service: id, Phone: header[i] == "services"})
			}
		case "queues":
			v.Queues = strings.Fields(text)
		case "cti_id":
			v.CTIID = text
		case "cti_number":
			v.CTINumber = text
		case "device":
			v.Device = agent.Device(strings.ToLower(text))
		case "home_service":
			v.HomeService = text
		case "password":
			out.Password = text
		}
	}
	err := v.Tidy().Check()
	if err == nil && out.Password != "" {
		err = v.CheckPassword(out.Password)
	}
	errors.As(err, &out.Err)
	return out
}
