package sql

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/call"
	"switchroom/record"
)

// sumUp adds the calls that these entries ended to the sums that reports are made of. Who calls it holds the calls' rows: each call is added once.
func sumUp(tx *gorm.DB, calls map[string]*summary) error {
	type callKey struct {
		sumsKey
		queue, direction string
	}
	type agentKey struct{ service, day, agent string }
	zones := zonesOf(tx)
	sums, work := map[callKey]record.Sums{}, map[agentKey]record.Work{}
	for _, s := range calls {
		if s.over || s.row.Blanked || s.row.State != string(call.Ended) {
			continue
		}
		zone, err := zones(s.row.ServiceID)
		if err != nil {
			return err
		}
		r := s.row
		one := record.SumsOf(call.Class(r.EndClass), record.Direction(r.Direction), r.EnteredAt, timeOf(r.ConnectedAt), timeOf(r.EndedAt), r.domain().Times)
		for _, k := range keysOf(r.ServiceID, r.EnteredAt, zone) {
			at := callKey{k, r.Queue, r.Direction}
			sums[at] = sums[at].Plus(one)
		}
		for _, p := range s.clock.Parts {
			at := agentKey{r.ServiceID, dayOf(r.EnteredAt, zone), p.Agent}
			work[at] = work[at].Plus(record.WorkOf(p))
		}
	}
	var callRows []callSums
	for k, v := range sums {
		callRows = append(callRows, callSumsOf(k.sumsKey, k.queue, k.direction, v))
	}
	var agentRows []agentSums
	for k, v := range work {
		agentRows = append(agentRows, agentSumsOf(k.service, k.day, k.agent, v))
	}
	if err := addSums(tx, callRows, callColumns, func(a, b callSums) int {
		return cmp.Or(a.Key.compare(b.Key), strings.Compare(a.Queue, b.Queue), strings.Compare(a.Direction, b.Direction))
	}, "service_id", "hour", "day", "queue", "direction"); err != nil {
		return err
	}
	return addAgentSums(tx, agentRows)
}

func addAgentSums(tx *gorm.DB, rows []agentSums) error {
	return addSums(tx, rows, agentColumns, func(a, b agentSums) int {
		return cmp.Or(strings.Compare(a.ServiceID, b.ServiceID), strings.Compare(a.Day, b.Day), strings.Compare(a.AgentID, b.AgentID))
	}, "service_id", "day", "agent_id")
}

func (k sumsKey) compare(o sumsKey) int {
	return cmp.Or(strings.Compare(k.ServiceID, o.ServiceID), cmp.Compare(k.Hour, o.Hour), strings.Compare(k.Day, o.Day))
}

// addSums adds to the lines that are there, in one order for everybody.
func addSums[T interface{ TableName() string }](tx *gorm.DB, rows []T, columns []string, order func(a, b T) int, key ...string) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, order)
	table, given := rows[0].TableName(), "excluded.%s"
	if tx.Dialector.Name() == "mysql" {
		given = "VALUES(%s)"
	}
	set := map[string]any{}
	for _, c := range columns {
		set[c] = gorm.Expr(fmt.Sprintf("%s.%s + "+given, table, c, c))
	}
	if _, ok := any(rows[0]).(callSums); ok {
		is := fmt.Sprintf(given, longest)
		set[longest] = gorm.Expr(fmt.Sprintf("CASE WHEN %[1]s > %[2]s.%[3]s THEN %[1]s ELSE %[2]s.%[3]s END", is, table, longest))
	}
	var conflict []clause.Column
	for _, c := range key {
		conflict = append(conflict, clause.Column{Name: c})
	}
	return tx.Clauses(clause.OnConflict{Columns: conflict, DoUpdates: clause.Assignments(set)}).CreateInBatches(rows, rowsAtOnce).Error
}

// zonesOf finds services' time zones. A service that is no more has UTC.
func zonesOf(tx *gorm.DB) func(serviceID string) (*time.Location, error) {
	known := map[string]*time.Location{}
	return func(serviceID string) (*time.Location, error) {
		if z := known[serviceID]; z != nil {
			return z, nil
		}
		row := serviceClock{TimeZone: "UTC"}
		if err := tx.Where("id = ?", serviceID).Limit(1).Find(&row).Error; err != nil {
			return nil, err
		}
		z, err := time.LoadLocation(row.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("the time zone of service %s: %w", serviceID, err)
		}
		known[serviceID] = z
		return z, nil
	}
}

// addWrapUp adds ticket processing of a call to its agent's sums.
func addWrapUp(tx *gorm.DB, callID, agentID string, took time.Duration) error {
	var row callRow
	if err := tx.Select("service_id", "entered_at").Where("id = ?", callID).Take(&row).Error; err != nil {
		return err
	}
	zone, err := zonesOf(tx)(row.ServiceID)
	if err != nil {
		return err
	}
	return addAgentSums(tx, []agentSums{agentSumsOf(row.ServiceID, dayOf(row.EnteredAt, zone), agentID, record.Work{WrapUp: took})})
}
