package lab

import "testing"

func TestTheDocumentationKeepsItsOptionsAndTheNamesOfAllElse(t *testing.T) {
	whole := `<?xml version="1.0"?>
<!DOCTYPE docs SYSTEM "appdocsxml.dtd">
<docs xmlns:xi="http://www.w3.org/2001/XInclude">
<function name="A&lt;" language="en_US"><synopsis>Does <b>it</b>.</synopsis><function>nested</function></function>
<configInfo name="x"><configFile name="x.conf"><!-- kept --><para>All &amp; more</para></configFile></configInfo>
<application name="B">
	<para/>
</application>
</docs>
`
	want := `<?xml version="1.0"?>
<!DOCTYPE docs SYSTEM "appdocsxml.dtd">
<docs xmlns:xi="http://www.w3.org/2001/XInclude">
<function name="A&lt;" language="en_US"><synopsis/></function>
<configInfo name="x"><configFile name="x.conf"><!-- kept --><para>All &amp; more</para></configFile></configInfo>
<application name="B"><synopsis/></application>
</docs>
`
	got, err := thinned([]byte(whole))
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	again, err := thinned(got)
	if err != nil || string(again) != want {
		t.Errorf("again: %v\n%s", err, again)
	}
	if _, err := thinned([]byte("<docs><function")); err == nil {
		t.Error("half a file is taken for a whole one")
	}
}
