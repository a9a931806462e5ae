package sql

import (
	"time"

	"switchroom/record"
)

// The live models of what reports are made of; see models.go.

// sumsKey is a line's hour, in the time zone of its service, or with hour [wholeDay] its day.
type sumsKey struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Hour      int    `gorm:"column:hour;primaryKey;autoIncrement:false"`
	Day       string `gorm:"column:day;primaryKey"` // 2026-11-29
}

const wholeDay = -1

type callSums struct {
	Key        sumsKey `gorm:"embedded"`
	Queue      string  `gorm:"column:queue;primaryKey"`
	Direction  string  `gorm:"column:direction;primaryKey"`
	Calls      int     `gorm:"column:calls"`
	Completed  int     `gorm:"column:completed"`
	Abandoned  int     `gorm:"column:abandoned"`
	Overflow   int     `gorm:"column:overflow"`
	Refused    int     `gorm:"column:refused"`
	Unanswered int     `gorm:"column:unanswered"`
	Within10   int     `gorm:"column:within_10"`
	Within20   int     `gorm:"column:within_20"`
	Within30   int     `gorm:"column:within_30"`
	Within60   int     `gorm:"column:within_60"`
	Within120  int     `gorm:"column:within_120"`
	WaitedMS   int64   `gorm:"column:waited_ms"`
	LongestMS  int64   `gorm:"column:longest_ms"`
	QueueMS    int64   `gorm:"column:queue_ms"`
	RingMS     int64   `gorm:"column:ring_ms"`
	TalkMS     int64   `gorm:"column:talk_ms"`
	HoldMS     int64   `gorm:"column:hold_ms"`
}

// agentSums has whole days only: by the hour there would be nearly as many lines as calls.
type agentSums struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Day       string `gorm:"column:day;primaryKey"`
	AgentID   string `gorm:"column:agent_id;primaryKey"`
	Offers    int    `gorm:"column:offers"`
	Misses    int    `gorm:"column:misses"`
	Taken     int    `gorm:"column:taken"`
	RingMS    int64  `gorm:"column:ring_ms"`
	TalkMS    int64  `gorm:"column:talk_ms"`
	HoldMS    int64  `gorm:"column:hold_ms"`
	ConsultMS int64  `gorm:"column:consult_ms"`
	WrapUpMS  int64  `gorm:"column:wrap_up_ms"`
}

// The columns that add up, and the one of which the greatest counts.
var (
	callColumns = []string{
		"calls", "completed", "abandoned", "overflow", "refused", "unanswered", "within_10", "within_20", "within_30", "within_60", "within_120",
		"waited_ms", "queue_ms", "ring_ms", "talk_ms", "hold_ms",
	}
	agentColumns = []string{"offers", "misses", "taken", "ring_ms", "talk_ms", "hold_ms", "consult_ms", "wrap_up_ms"}
)

const (
	longest    = "longest_ms"
	agentTable = "agent_sums"
)

func (callSums) TableName() string  { return "call_sums" }
func (agentSums) TableName() string { return agentTable }

func callSumsOf(k sumsKey, queue, direction string, s record.Sums) callSums {
	return callSums{
		Key: k, Queue: queue, Direction: direction,
		Calls: s.Calls, Completed: s.Completed, Abandoned: s.Abandoned, Overflow: s.Overflow, Refused: s.Refused, Unanswered: s.Unanswered,
		Within10: s.Within[0], Within20: s.Within[1], Within30: s.Within[2], Within60: s.Within[3], Within120: s.Within[4],
		WaitedMS: s.Waited.Milliseconds(), LongestMS: s.Longest.Milliseconds(),
		QueueMS: s.Queue.Milliseconds(), RingMS: s.Ring.Milliseconds(), TalkMS: s.Talk.Milliseconds(), HoldMS: s.Hold.Milliseconds(),
	}
}

func (s callSums) domain() record.Sums {
	return record.Sums{
		Calls: s.Calls, Completed: s.Completed, Abandoned: s.Abandoned, Overflow: s.Overflow, Refused: s.Refused, Unanswered: s.Unanswered,
		Within: [len(record.Answered)]int{s.Within10, s.Within20, s.Within30, s.Within60, s.Within120},
		Waited: ms(s.WaitedMS), Longest: ms(s.LongestMS), Times: record.Times{Queue: ms(s.QueueMS), Ring: ms(s.RingMS), Talk: ms(s.TalkMS), Hold: ms(s.HoldMS)},
	}
}

func agentSumsOf(serviceID, day, agentID string, w record.Work) agentSums {
	return agentSums{
		ServiceID: serviceID, Day: day, AgentID: agentID, Offers: w.Offers, Misses: w.Misses, Taken: w.Taken, RingMS: w.Ring.Milliseconds(), TalkMS: w.Talk.Milliseconds(),
		HoldMS: w.Hold.Milliseconds(), ConsultMS: w.Consult.Milliseconds(), WrapUpMS: w.WrapUp.Milliseconds(),
	}
}

func (s agentSums) domain() record.Work {
	return record.Work{
		Offers: s.Offers, Misses: s.Misses, Taken: s.Taken, Ring: ms(s.RingMS), Talk: ms(s.TalkMS), Hold: ms(s.HoldMS), Consult: ms(s.ConsultMS), WrapUp: ms(s.WrapUpMS),
	}
}

// keysOf are the lines in which something counts that began at that time.
func keysOf(serviceID string, at time.Time, zone *time.Location) [2]sumsKey {
	day := dayOf(at, zone)
	return [2]sumsKey{{serviceID, wholeDay, day}, {serviceID, at.In(zone).Hour(), day}}
}

func dayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
