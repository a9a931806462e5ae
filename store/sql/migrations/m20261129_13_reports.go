package migrations

import (
	"fmt"
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// reports makes the sums that reports are made of, and adds up the calls that are over. Each call counts in the line of its hour and in that of its day, whose
// hour is -1: a year by the day reads no hours. Agents have days only.
func reports() *gormigrate.Migration {
	return &gormigrate.Migration{
		ID: "20261129-13-reports",
		Migrate: func(tx *gorm.DB) error {
			if err := create(&callSums13{}, &agentSums13{})(tx); err != nil {
				return err
			}
			zones, err := zones13(tx)
			if err != nil {
				return err
			}
			if err := fillCallSums13(tx, zones); err != nil {
				return fmt.Errorf("add up calls: %w", err)
			}
			if err := fillAgentSums13(tx, zones); err != nil {
				return fmt.Errorf("add up agents' work: %w", err)
			}
			return nil
		},
	}
}

type sumsKey13 struct {
	ServiceID string `gorm:"size:64;primaryKey"`
	Hour      int    `gorm:"primaryKey;autoIncrement:false"`
	Day       string `gorm:"size:10;primaryKey"`
}

type callSums13 struct {
	Key        sumsKey13 `gorm:"embedded"`
	Queue      string    `gorm:"size:64;primaryKey"`
	Direction  string    `gorm:"size:16;primaryKey"`
	Calls      int       `gorm:"not null"`
	Completed  int       `gorm:"not null"`
	Abandoned  int       `gorm:"not null"`
	Overflow   int       `gorm:"not null"`
	Refused    int       `gorm:"not null"`
	Unanswered int       `gorm:"not null"`
	Within10   int       `gorm:"column:within_10;not null"`
	Within20   int       `gorm:"column:within_20;not null"`
	Within30   int       `gorm:"column:within_30;not null"`
	Within60   int       `gorm:"column:within_60;not null"`
	Within120  int       `gorm:"column:within_120;not null"`
	WaitedMS   int64     `gorm:"column:waited_ms;not null"`
	LongestMS  int64     `gorm:"column:longest_ms;not null"`
	QueueMS    int64     `gorm:"column:queue_ms;not null"`
	RingMS     int64     `gorm:"column:ring_ms;not null"`
	TalkMS     int64     `gorm:"column:talk_ms;not null"`
	HoldMS     int64     `gorm:"column:hold_ms;not null"`
}

type agentSums13 struct {
	ServiceID string `gorm:"size:64;primaryKey"`
	Day       string `gorm:"size:10;primaryKey"`
	AgentID   string `gorm:"size:64;primaryKey"`
	Offers    int    `gorm:"not null"`
	Misses    int    `gorm:"not null"`
	Taken     int    `gorm:"not null"`
	RingMS    int64  `gorm:"column:ring_ms;not null"`
	TalkMS    int64  `gorm:"column:talk_ms;not null"`
	HoldMS    int64  `gorm:"column:hold_ms;not null"`
	ConsultMS int64  `gorm:"column:consult_ms;not null"`
	WrapUpMS  int64  `gorm:"column:wrap_up_ms;not null"`
}

func (callSums13) TableName() string  { return "call_sums" }
func (agentSums13) TableName() string { return "agent_sums" }

func zones13(tx *gorm.DB) (map[string]*time.Location, error) {
	var services []struct{ ID, TimeZone string }
	if err := tx.Table("services").Select("id", "time_zone").Scan(&services).Error; err != nil {
		return nil, err
	}
	out := map[string]*time.Location{}
	for _, s := range services {
		zone, err := time.LoadLocation(s.TimeZone)
		if err != nil {
			return nil, err
		}
		out[s.ID] = zone
	}
	return out, nil
}

// keys13 are the lines in which something of a quarter of an hour counts. Every time zone is so many quarters away from another.
func keys13(service string, quarter int64, zones map[string]*time.Location) [2]sumsKey13 {
	zone := zones[service]
	if zone == nil { // a service that is no more
		zone = time.UTC
	}
	at := time.UnixMilli(quarter).In(zone)
	day := at.Format(time.DateOnly)
	return [2]sumsKey13{{service, -1, day}, {service, at.Hour(), day}}
}

// fillCallSums13: how long calls of before waited is what they queued and rang.
func fillCallSums13(tx *gorm.DB, zones map[string]*time.Location) error {
	var rows []struct {
		Quarter int64
		Sums    callSums13 `gorm:"embedded"`
	}
	const took = "end_class = 'completed' AND direction = 'inbound' AND queue_ms + ring_ms <= "
	err := tx.Table("calls").Where("state = 'ended'").Group("service_id, queue, direction, entered_ms - entered_ms % 900000").
		Select(`entered_ms - entered_ms % 900000 AS quarter, service_id, queue, direction, COUNT(*) AS calls,
		SUM(CASE WHEN end_class = 'completed' THEN 1 ELSE 0 END) AS completed, SUM(CASE WHEN end_class = 'abandoned' THEN 1 ELSE 0 END) AS abandoned,
		SUM(CASE WHEN end_class = 'overflow' THEN 1 ELSE 0 END) AS overflow, SUM(CASE WHEN end_class = 'unanswered' THEN 1 ELSE 0 END) AS unanswered,
		SUM(CASE WHEN end_class NOT IN ('completed', 'abandoned', 'overflow', 'unanswered') THEN 1 ELSE 0 END) AS refused,
		SUM(CASE WHEN ` + took + `10000 THEN 1 ELSE 0 END) AS within_10, SUM(CASE WHEN ` + took + `20000 THEN 1 ELSE 0 END) AS within_20,
		SUM(CASE WHEN ` + took + `30000 THEN 1 ELSE 0 END) AS within_30, SUM(CASE WHEN ` + took + `60000 THEN 1 ELSE 0 END) AS within_60,
		SUM(CASE WHEN ` + took + `120000 THEN 1 ELSE 0 END) AS within_120,
		SUM(CASE WHEN end_class = 'completed' THEN queue_ms + ring_ms ELSE 0 END) AS waited_ms, MAX(queue_ms + ring_ms) AS longest_ms,
		SUM(queue_ms) AS queue_ms, SUM(ring_ms) AS ring_ms, SUM(talk_ms) AS talk_ms, SUM(hold_ms) AS hold_ms`).Scan(&rows).Error
	if err != nil {
		return err
	}
	type key struct {
		sumsKey13
		queue, direction string
	}
	sums := map[key]callSums13{}
	for _, r := range rows {
		for _, k := range keys13(r.Sums.Key.ServiceID, r.Quarter, zones) {
			at := key{k, r.Sums.Queue, r.Sums.Direction}
			s := sums[at]
			s.Key, s.Queue, s.Direction = k, r.Sums.Queue, r.Sums.Direction
			s.add(r.Sums)
			sums[at] = s
		}
	}
	return insert13(tx, sums)
}

func (s *callSums13) add(o callSums13) {
	s.Calls += o.Calls
	s.Completed += o.Completed
	s.Abandoned += o.Abandoned
	s.Overflow += o.Overflow
	s.Refused += o.Refused
	s.Unanswered += o.Unanswered
	s.Within10 += o.Within10
	s.Within20 += o.Within20
	s.Within30 += o.Within30
	s.Within60 += o.Within60
	s.Within120 += o.Within120
	s.WaitedMS += o.WaitedMS
	s.LongestMS = max(s.LongestMS, o.LongestMS)
	s.QueueMS += o.QueueMS
	s.RingMS += o.RingMS
	s.TalkMS += o.TalkMS
	s.HoldMS += o.HoldMS
}

// fillAgentSums13 counts ticket processing also of calls that go on: what is to come of it is added when it comes.
func fillAgentSums13(tx *gorm.DB, zones map[string]*time.Location) error {
	var rows []struct {
		Quarter int64
		Sums    agentSums13 `gorm:"embedded"`
	}
	over := func(column string) string {
		return "SUM(CASE WHEN c.state = 'ended' THEN a." + column + " ELSE 0 END) AS " + column
	}
	err := tx.Table("call_agents a").Joins("JOIN calls c ON c.id = a.call_id").Group("c.service_id, a.agent_id, c.entered_ms - c.entered_ms % 900000").
		Select("c.entered_ms - c.entered_ms % 900000 AS quarter, c.service_id, a.agent_id, " + over("offers") + ", " + over("misses") + ", " + over("ring_ms") + ", " +
			over("talk_ms") + ", " + over("hold_ms") + ", " + over("consult_ms") + ", SUM(a.wrap_up_ms) AS wrap_up_ms, " +
			"SUM(CASE WHEN c.state = 'ended' AND a.took THEN 1 ELSE 0 END) AS taken").Scan(&rows).Error
	if err != nil {
		return err
	}
	type key struct{ service, day, agent string }
	sums := map[key]agentSums13{}
	for _, row := range rows {
		r := row.Sums
		r.Day = keys13(r.ServiceID, row.Quarter, zones)[0].Day
		at := key{r.ServiceID, r.Day, r.AgentID}
		s := sums[at]
		s.ServiceID, s.Day, s.AgentID = at.service, at.day, at.agent
		s.Offers += r.Offers
		s.Misses += r.Misses
		s.Taken += r.Taken
		s.RingMS += r.RingMS
		s.TalkMS += r.TalkMS
		s.HoldMS += r.HoldMS
		s.ConsultMS += r.ConsultMS
		s.WrapUpMS += r.WrapUpMS
		sums[at] = s
	}
	return insert13(tx, sums)
}

// insert13 passes over what a run that broke off has written: it wrote the same.
func insert13[K comparable, T any](tx *gorm.DB, sums map[K]T) error {
	rows := make([]T, 0, len(sums))
	for _, s := range sums {
		rows = append(rows, s)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 500).Error
}
